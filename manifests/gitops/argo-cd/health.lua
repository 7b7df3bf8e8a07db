-- Health of a DdbctlDpJob for Argo CD, from the conditions that Flux and Helm read as well.
-- A run that succeeded is Healthy; one that failed, was cancelled or is blocked is Degraded; any other is Progressing.
local health = { status = "Progressing", message = "Waiting for the operator" }
if obj.status == nil or obj.status.conditions == nil then
  return health
end
local observed = obj.status.observedGeneration
if observed ~= nil and obj.metadata.generation ~= nil and observed < obj.metadata.generation then
  health.message = "Waiting for the operator to see the change"
  return health
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  conditions[condition.type] = condition
end
local function holds(type)
  return conditions[type] ~= nil and conditions[type].status == "True"
end
local finished = conditions["Finished"]
if finished ~= nil then
  health.message = finished.reason .. ": " .. (finished.message or "")
end
local compliant = conditions["PolicyCompliant"]
if compliant ~= nil and compliant.status == "False" then
  health.message = health.message .. " (" .. (compliant.message or "against the policy") .. ")"
end

if holds("Stalled") then
  health.status = "Degraded"
elseif holds("Suspended") then
  health.status = "Suspended"
elseif holds("Ready") then
  health.status = "Healthy"
end
return health
