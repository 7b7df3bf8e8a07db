/**
 * Every number of the pacing, with its unit, the reason for it, and the test in test/unit/deletion/pace/ that fails when it is
 * changed: "Pinned by cap" names cap.test.ts there. docs/design/pacing.md explains the algorithm that they belong to. "Share" is
 * a fraction of one, "units" are write units; what is not about writing says so.
 */
export const PACING = {
  /** One request, and requests on their way. */
  request: {
    /** Requests on their way at once, over all flows. The client has 128 sockets, and each range may read through one. Pinned by write-limiter. */
    mostInFlight: 32,
    /**
     * A flow sends at least so many requests per second of its rate. A request goes to one physical partition, which saves up a
     * quarter of a second of its own rate: a request of a tenth of a second is sure to fit. Pinned by rate-control.
     */
    leastPerSecond: 10,
    /** Once flows have rates of their own, a request is no smaller than its flow's rate over this, or `smallUnits`. Pinned by rate-control. */
    mostPerSecond: 20,
    /** Nor smaller than what all deliver over this: a request costs the worker about a millisecond of its one thread. Pinned by rate-control. */
    ofAllPerSecond: 400,
    /** Units of a request that fits whatever the rate is: smaller ones would only be more of them. Pinned by rate-control. */
    smallUnits: 25,
  },
  /** The token bucket of one rate. */
  bucket: {
    /** Seconds of the rate that may go at once: enough that a timer which fires late costs nothing. Pinned by adaptive-rate. */
    burstSeconds: 0.05,
    /** Units that the bucket holds at least, however low the rate: one small item. Pinned by adaptive-rate. */
    leastUnits: 1,
  },
  /** What one rate judges by: requests that were answered since it was last judged. */
  sample: {
    /** Milliseconds that a sample takes at least: some round trips to the server. Pinned by adaptive-rate. */
    leastMs: 150,
    /** Answers that a sample needs, so that one refusal does not decide. Pinned by adaptive-rate. */
    leastAnswers: 6,
    /** Milliseconds after which fewer answers must do. Pinned by adaptive-rate. */
    longMs: 500,
    /** Share of the rate that must have been used: a rate that nobody uses proves nothing by not being refused. Pinned by adaptive-rate. */
    inUseShare: 0.7,
    /** Milliseconds of growth for one sample at most: a long quiet one must not grow at one stroke. Pinned by adaptive-rate. */
    mostGrowthMs: 300,
  },
  /** Before the first refusal, and again where there may be more to have. */
  slowStart: {
    /** Rate to begin with, in caps: what is refused is not charged to the cap, and must not keep the rate below it. Pinned by rate-control. */
    caps: 2,
    /** Factor for every `sample.leastMs` at the start: TCP's doubling. The rate of one flow grows so up to what a partition takes. Pinned by adaptive-rate. */
    factor: 2,
    /** The same where a running rate probes for more. It is known to be near the limit: a doubling would be refused at once. Pinned by adaptive-rate. */
    probeFactor: 1.25,
    /** Milliseconds from one probe of a group to its next because flows have joined. Pinned by flow-grouping. */
    probeIntervalMs: 1000,
  },
  /** After the first refusal, while nothing is refused. */
  congestionAvoidance: {
    /** Growth per second, as a share of the rate, where the rate covers all flows: every refusal is its own doing. Pinned by adaptive-rate. */
    growthOfAll: 0.01,
    /** The same where the rate covers one flow among others: faster, as neighbors take what it leaves. Pinned by adaptive-rate. */
    growthOfOne: 0.015,
    /** Milliseconds without a refusal in which growth doubles: a limit that has risen is found in seconds. Pinned by adaptive-rate. */
    doublesEveryMs: 1500,
    /** Growth per second at most, as a share of the rate. Pinned by adaptive-rate. */
    mostGrowth: 1,
    /** Share of the last good rate up to which it grows as in slow start: that much is known to be delivered. Pinned by adaptive-rate. */
    knownShare: 0.9,
  },
  /** When something was refused. */
  decrease: {
    /** Share of refused units from which the rate is clearly too high, and not just at the limit. Pinned by adaptive-rate. */
    clearlyTooHighShare: 0.1,
    /** Share of refused units from which a sample need not be long: most requests would be in vain. Pinned by adaptive-rate. */
    mostlyRefusedShare: 0.5,
    /** Answers that such a sample needs. Pinned by adaptive-rate. */
    mostlyRefusedAnswers: 3,
    /** The least factor where it is clearly too high: one bad sample must not stop a flow. Pinned by adaptive-rate. */
    leastFactorTooHigh: 0.5,
    /** The least factor at the limit: TCP's halving would waste half of a limit that is only touched. Pinned by adaptive-rate. */
    leastFactor: 0.85,
    /** The greatest factor, so that every decrease is one. Pinned by adaptive-rate. */
    greatestFactor: 0.97,
    /** Milliseconds between two decreases at the limit: the server must have time to show that one sufficed. Pinned by adaptive-rate. */
    intervalMs: 500,
    /** Units per second that a rate never falls below: where everything is refused, about a request per second still tries. Pinned by adaptive-rate. */
    leastUnitsPerSecond: 25,
  },
  /** Refusals that persist after a decrease: cut, look whether the refused share falls, and if not, go back. */
  trial: {
    /** Decreases at the limit, each soon after the one before, from which refusals persist. Pinned by refusal-streak. */
    decreases: 4,
    /** Share of what was delivered before the first of them that the rate must be below. Pinned by refusal-streak. */
    lowShare: 0.9,
    /** A refused share of so many times the one before is sudden: something else has happened. Pinned by refusal-streak. */
    suddenFactor: 2.5,
    /** Milliseconds up to which a decrease comes soon after the one before. Pinned by refusal-streak. */
    soonMs: 1500,
    /** Factor of what was delivered to which the rate is cut: well below any limit that it may have met. Pinned by adaptive-rate. */
    factor: 0.7,
    /** Milliseconds that it takes at least: longer than somebody else's burst. Pinned by trial. */
    leastMs: 1000,
    /** Milliseconds that it takes at most. Pinned by trial. */
    mostMs: 6000,
    /** Answers with refusals to be expected, if the rate had nothing to do with them, from which their number tells. Pinned by trial. */
    expectedRefusals: 5,
    /** Milliseconds of a slot of time. Pinned by trial. */
    slotMs: 300,
    /** Slots with refusals, at least, of which it can be said that they persist. Pinned by trial. */
    leastSlots: 3,
    /** Share of the expected refusals from which they persist: with five expected, one or none is chance in one of 25. Pinned by trial. */
    persistingShare: 0.4,
    /** Share of refused units from which something else has happened. Pinned by trial. */
    worseShare: 0.5,
    /** Milliseconds to the next trial of a rate, at first. Pinned by adaptive-rate. */
    intervalMs: 5000,
    /** Factor by which that grows each time, up to the most. Pinned by adaptive-rate. */
    intervalFactor: 2,
    /** Milliseconds to the next trial at most. Pinned by adaptive-rate. */
    mostIntervalMs: 60_000,
  },
  /** Refusals that do not depend on the rate. */
  background: {
    /** Their greatest share of all units: more is not borne. Pinned by background. */
    mostShare: 0.3,
    /** Share of all units by which they may be more, or by half: a measure of few refusals is not exact. Pinned by background. */
    allowedShare: 0.01,
    /** Seconds of the rate that may be refused at one time. Pinned by background. */
    allowedSeconds: 0.03,
  },
  /** The way back after a fall that may have been for a moment only. */
  comeback: {
    /** Share of what was delivered below which it is a fall, and not the limit. Pinned by comeback. */
    fallenShare: 0.75,
    /** Milliseconds from the start of a rate before which nothing it delivers is a measure. Pinned by adaptive-rate. */
    settledMs: 3000,
    /** So many times what was delivered, at most, is a rate that counts as proved. Pinned by adaptive-rate. */
    aboveDelivered: 1.15,
    /** Milliseconds without a decrease before the first attempt. Pinned by comeback. */
    waitMs: 300,
    /** Factor of that after each attempt that failed. Pinned by comeback. */
    waitFactor: 3,
    /** Factor for every `sample.leastMs` of the climb. Pinned by adaptive-rate. */
    factor: 4,
    /** Share of what was delivered before that it climbs to. Pinned by comeback. */
    goalShare: 0.95,
    /** Share of the way up that is given up with each attempt that failed. Pinned by comeback. */
    forgottenShare: 0.25,
    /** Milliseconds for which the rate must hold after it has arrived. Pinned by comeback. */
    provedMs: 1000,
  },
  /** Half-lives, in milliseconds, of averages of what one rate delivered. */
  delivery: {
    /** At the limit: long enough that a few large items are no measure of it. Pinned by adaptive-rate. */
    averageMs: 1000,
    /** For whether a cap is reached. Pinned by adaptive-rate. */
    sustainedMs: 4000,
  },
  /** A server that is down says nothing about what it delivers when it is up. */
  outage: {
    /** Share of acknowledged units below which it is down. Pinned by adaptive-rate. */
    acknowledgedShare: 0.2,
    /** Milliseconds for which it may have been failing before: what was learned in them is forgotten. Pinned by adaptive-rate. */
    beganBeforeMs: 1000,
  },
  /** Which flows of a group are refused and which are not. */
  evidence: {
    /** Half-life in milliseconds of what is known of a flow: where it wrote long ago says nothing about where it writes. Pinned by rate-group. */
    halfLifeMs: 5000,
    /** Refused requests, decayed, up to which a flow counts as unrefused: one that is almost forgotten. Pinned by rate-group. */
    mostRefusals: 0.3,
    /** Requests, decayed, that an unrefused flow must have sent: who asked for nothing was refused nothing. Pinned by rate-group. */
    leastRequests: 1,
    /** Probability, at most, that refusals spared these flows by chance. Pinned by rate-group. */
    mostChance: 0.001,
  },
  /** From one rate over all flows to one for each: they deliver more than a physical partition can. */
  split: {
    /** Half-life in milliseconds of the delivery that is measured: short, as doubling goes on meanwhile. Pinned by rate-control. */
    halfLifeMs: 250,
    /** Delivery from which they must write to several, in physical partitions of 1000 units per second. Pinned by flow-grouping. */
    partitions: 1.25,
    /**
     * Units that one partition can have saved up, and deliver on top: a quarter of a second. DynamoDB may save up 300 s, but promises
     * none of it; where it has, a split comes too early and a merge follows. Pinned by rate-control.
     */
    savedUnits: 250,
  },
  /** Back to one rate over all flows: together they deliver no more than a physical partition can. */
  merge: {
    /** Half-life in milliseconds of the delivery that is measured. Pinned by rate-control. */
    halfLifeMs: 700,
    /** Delivery up to which they may write to one, in physical partitions of 1000 units per second. Pinned by flow-grouping. */
    partitions: 1.15,
    /** Milliseconds from a split: separate rates need time to deliver more. Pinned by flow-grouping. */
    afterSplitMs: 3000,
    /** Milliseconds from the last proof that flows write to different partitions. Pinned by flow-grouping. */
    afterProofMs: 20_000,
  },
  /** A throttling reason that names the whole table, the account or an index. */
  sharedLimit: {
    /** Milliseconds for which it holds all flows under one rate. Pinned by rate-control. */
    holdMs: 30_000,
    /** Milliseconds after which a reason is asked for again, by a request small enough to be refused as a whole. Pinned by rate-control. */
    reasonAgeMs: 30_000,
  },
  /** A cap, on write units or on read units: a promise about any ten seconds. */
  cap: {
    /** Seconds of the cap that can be saved up. Pinned by cap. */
    savedSeconds: 0.4,
    /** Seconds of the window for which the promise holds. Pinned by cap. */
    windowSeconds: 10,
    /** Seconds of the cap by which a window may exceed it: 5 %. Pinned by cap. */
    slackSeconds: 0.5,
    /** Milliseconds after its failure in which a request may still be done by the server. Pinned by cap. */
    lateCommitMs: 10_000,
    /** Share of the cap that must be delivered for the cap, and not the server, to be what limits. Pinned by rate-control. */
    reachedShare: 0.7,
    /** Units per second that may be refused there without slowing any rate: about a request. Pinned by rate-control. */
    toleratedUnitsPerSecond: 25,
    /** Half-life in milliseconds of what was refused. Pinned by rate-control. */
    refusalsHalfLifeMs: 4000,
  },
  /** The share of a table's capacity that is taken, so that others have room. */
  share: {
    /** Seconds of the share that can be saved up: as much as of a cap. Pinned by table-share. */
    savedSeconds: 0.4,
    /** What is left of it where others are refused as well: TCP's halving, as nobody knows how much they need. Pinned by table-share. */
    yieldFactor: 0.5,
    /** Milliseconds from one halving to the next: requests that were on their way say nothing new. Pinned by table-share. */
    yieldIntervalMs: 500,
    /** Milliseconds for which the last reason holds: a partial refusal carries none. Pinned by table-share. */
    reasonHoldMs: 60_000,
    /** What is left of it at least: a deletion that sends nothing never learns that there is room again. Pinned by table-share. */
    leastFactor: 0.0625,
    /** What comes back per second: each time it finds the limit again, others are refused. Pinned by table-share. */
    recoveryPerSecond: 0.01,
    /** Milliseconds after which a reason is asked for again, by a request small enough to be refused as a whole. Pinned by table-share. */
    reasonAgeMs: 1000,
    /** Share of its difference by which an answer moves what is known of an index. Pinned by table-share. */
    weight: 0.4,
    /** Half-life in milliseconds of what was lately left to others. Pinned by table-share. */
    leftHalfLifeMs: 10_000,
  },
  /** Which writes ask what they consumed, where neither a cap nor a share depends on it. */
  consumption: {
    /** Requests in a row, of all ranges of a pass, that must have consumed what was expected before a sample is enough. Pinned by consumption-sample. */
    learnRequests: 16,
    /** One of so many requests is measured then, on average: more would hardly be faster, and know less. Pinned by consumption-sample. */
    oneOf: 8,
    /** Share of the estimate by which a measured request may differ from it: less than what is tolerated of refusals. Pinned by consumption-sample. */
    agreement: 0.1,
    /** Milliseconds after a refusal for which all requests ask: the limit is near, and trials and comebacks judge by it. Pinned by rate-control. */
    afterRefusalMs: 30_000,
  },
  /** Pages that are read. */
  page: {
    /** Items at most: handling a page of 10,000 keys would hold the event loop for 50 ms. Pinned by page-size. */
    mostItems: 1000,
    /** Items of the pages of all ranges, as each has one page and reads another: from 16 ranges on, pages become smaller. Pinned by page-size. */
    mostItemsOfAll: 16_000,
    /** Mean bytes of an item above which a page is no larger than a batch of deletes. Pinned by page-size. */
    largeItemBytes: 4096,
    /** Requests that a page of large items is for, where more ranges are read than that. Pinned by page-size. */
    requestsOfMany: 4,
    /** Share of its difference by which a page moves the mean: recent items tell most about the next. Pinned by page-size. */
    weight: 0.4,
  },
} as const;
