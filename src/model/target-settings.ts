/** Days by their English names, Monday first, as a maintenance window lists them. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** No change runs from `from` to `to`. */
export interface Freeze {
  /**
   * `2026-12-20` or `2026-12-20T18:00`, in the window's time zone; with an offset or `Z`, that moment. A date alone as
   * `to` is its whole day.
   */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** When changes may run. */
export interface MaintenanceWindow {
  /** Days on which it opens; it may end on the next one. */
  readonly days: readonly Weekday[];
  /** `HH:MM` by the clock of the time zone; null together with `to`: no hours are agreed, only freezes. */
  readonly from: string | null;
  /** Not later than `from`: on the next day. `24:00` is the end of the day. */
  readonly to: string | null;
  /** IANA name, `Europe/Berlin`. */
  readonly timezone: string;
  readonly freezes: readonly Freeze[];
}

/** Where a figure comes from. */
export type MetricSource =
  | {
      readonly kind: 'http';
      readonly url: string;
      /** Keys and indexes down to the figure in a JSON answer, `data.errors.0`; null: the answer is the figure. */
      readonly path: string | null;
      readonly headers: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'prometheus';
      /** Of the server, without `/api/v1`. */
      readonly url: string;
      /** Has to give one sample. */
      readonly query: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** Runs on the target in a read-only transaction, and has to give one figure. */
  | { readonly kind: 'sql'; readonly query: string };

/** A figure of the system, with what is known of it. */
export interface MetricProbe {
  readonly source: MetricSource;
  readonly timeoutMs: number;
  /** Above it nothing is changed, and a running change is aborted. */
  readonly limit: number | null;
  /** The most that it is outside of peak hours. */
  readonly typical: number | null;
  /** The most that it is at the usual peak. */
  readonly peak: number | null;
}

/** How the application says that it is well. */
export interface HealthProbe {
  readonly url: string;
  /** The HTTP status that means it. */
  readonly status: number;
  /** A text that the answer has to contain; null: any answer. */
  readonly body: string | null;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

export const hookNames = [
  'maintenanceOn',
  'maintenanceOff',
  'readOnlyOn',
  'readOnlyOff',
  'pauseJobs',
  'resumeJobs',
  /** Brings the former version of the application back. */
  'trafficBack',
] as const;
export type HookName = (typeof hookNames)[number];

/** A line for the shell. */
export interface HookCommand {
  readonly command: string;
  readonly timeoutMs: number;
}

/** Whose connections have to be gone; both: either name counts. */
export interface DrainSettings {
  readonly application: string | null;
  readonly user: string | null;
  readonly timeoutMs: number;
}

/** Who is told that a run starts, is aborted or is done. */
export type NotificationTarget =
  | {
      readonly kind: 'webhook';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
    }
  /** Gets the same JSON on its standard input. */
  | { readonly kind: 'command'; readonly command: string; readonly timeoutMs: number };

export type HookSettings = Readonly<Record<HookName, HookCommand | null>> & {
  readonly drain: DrainSettings | null;
  readonly notify: readonly NotificationTarget[];
};

/** One change for many schemas, or for many databases. */
export interface TenantSettings {
  readonly kind: 'schema' | 'database';
  /** By name, or by a query that returns the names; one of both is null. */
  readonly names: readonly string[] | null;
  readonly query: string | null;
  /** Schemas behind the tenant's own in the search path; of tenants that are databases it says nothing. */
  readonly searchPath: readonly string[];
}

/** Where a tenant lives that is one schema of a database which others share. */
export interface TenantPlace {
  readonly schema: string;
  /** What is looked through for a name, the tenant's schema first. */
  readonly searchPath: readonly string[];
}

/** A target without hooks. */
export const noHooks: HookSettings = {
  maintenanceOn: null,
  maintenanceOff: null,
  readOnlyOn: null,
  readOnlyOff: null,
  pauseJobs: null,
  resumeJobs: null,
  trafficBack: null,
  drain: null,
  notify: [],
};

/** A command of a validation: it ends with 0 when all is well. */
export interface ValidationCommand extends HookCommand {
  readonly name: string;
}

/** A query that the application lives by. */
export interface CriticalQuery {
  readonly name: string;
  /** Runs in a read-only transaction. */
  readonly sql: string;
  /** Slower is a fault, whatever it was before; null: only the comparison counts. */
  readonly maxMs: number | null;
  readonly timeoutMs: number;
}

/** What is looked at once a change took effect. */
export interface ValidateSettings {
  readonly smoke: readonly ValidationCommand[];
  readonly tests: readonly ValidationCommand[];
  readonly queries: readonly CriticalQuery[];
}

/** How a change is watched, and what counts as trouble. Times are in milliseconds. */
export interface WatchSettings {
  /** From one look to the next. */
  readonly everyMs: number;
  /** What is early after a change: it leads back at once. */
  readonly firstMs: number;
  /** Trouble has to last for so long: latencies all of it, a failed health less than half of it. */
  readonly sustainMs: number;
  /** The integrity of what was touched is looked at as often; less often where that takes long. */
  readonly integrityEveryMs: number;
  /** A part of the requests, 0 to 1. */
  readonly errorRate: number;
  /** Of p95, as a multiple of what it was before. */
  readonly latencyRatio: number;
  /** A latency that is worse by less is noise, whatever its ratio. */
  readonly latencyFloorMs: number;
  readonly replicaLagMs: number;
  readonly waitingSessions: number;
  /** How many looks before a change make its baseline. */
  readonly baselineSamples: number;
}

export const usualValidation: ValidateSettings = { smoke: [], tests: [], queries: [] };

export const usualWatch: WatchSettings = {
  everyMs: 5_000,
  firstMs: 600_000,
  sustainMs: 90_000,
  integrityEveryMs: 60_000,
  errorRate: 0.05,
  latencyRatio: 1.5,
  latencyFloorMs: 10,
  replicaLagMs: 30_000,
  waitingSessions: 20,
  baselineSamples: 5,
};
