{{- define "dynamoctl-dp-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 52 characters, so that a name with a suffix fits into a label. */}}
{{- define "dynamoctl-dp-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "dynamoctl-dp-operator.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "dynamoctl-dp-operator.labels" -}}
app.kubernetes.io/name: dynamoctl-dp-operator
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The same as in the kustomization: a cluster has one operator, because it has one CompositeController. */}}
{{- define "dynamoctl-dp-operator.selectorLabels" -}}
app.kubernetes.io/name: dynamoctl-dp-operator
app.kubernetes.io/component: webhook
{{- end -}}

{{/* Call with (dict "root" $ "annotations" …). */}}
{{- define "dynamoctl-dp-operator.annotations" -}}
{{- $all := merge (dict) (.annotations | default dict) .root.Values.commonAnnotations -}}
{{- with $all -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{- define "dynamoctl-dp-operator.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository ($image.tag | default (printf "v%s" .Chart.AppVersion)) -}}
{{- end -}}
{{- end -}}

{{- define "dynamoctl-dp-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "dynamoctl-dp-operator.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* No UID: the image has one, and OpenShift assigns its own. */}}
{{- define "dynamoctl-dp-operator.podSecurityContext" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "dynamoctl-dp-operator.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: ['ALL']
{{- end -}}

{{- define "dynamoctl-dp-operator.imageFields" -}}
image: {{ include "dynamoctl-dp-operator.image" . | quote }}
{{- with .Values.image.pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
{{- end -}}

{{- define "dynamoctl-dp-operator.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "dynamoctl-dp-operator.scheme" -}}
{{- if .Values.tls.secretName }}https{{ else }}http{{ end -}}
{{- end -}}

{{- define "dynamoctl-dp-operator.withoutMetacontroller" }}

Metacontroller is not installed in this cluster, and the operator does nothing without it. Install 4.17 or newer, for instance:
  kubectl apply -k 'https://github.com/metacontroller/metacontroller/manifests/production?ref=v4.17.2'
Then run this installation again. (To install Metacontroller later: --set compositeController.enabled=false, and upgrade afterwards.)
{{ end -}}
