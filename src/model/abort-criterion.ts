/** One look at the system while a change runs. What could not be found out is null. */
export interface RunSample {
  /** Monotonic milliseconds. */
  readonly atMs: number;
  /** The longest lag of a standby, by its own account or the server's. */
  readonly replicaLagMs: number | null;
  readonly replicaLagBytes: number | null;
  /** Sessions of the whole server that wait for a lock. */
  readonly waitingSessions: number | null;
  /** Used connections, as a part of those there may be. */
  readonly connections: number | null;
  /** Of WAL since the server began, in bytes: a rate needs two looks. */
  readonly walBytes: number | null;
  /** Null where no health is configured. */
  readonly healthy: boolean | null;
  /** Configured metrics by their name. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** How long the running step has been at work, and how long it took in its rehearsal. */
  readonly stepMs: number;
  readonly rehearsedMs: number | null;
}

/** A limit as it was written down before the run began. */
export interface AgreedCriterion {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly limit: number;
  /** It has to hold for so long, in milliseconds; 0: at once. */
  readonly forMs: number;
}
