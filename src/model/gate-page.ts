/** A figure of a gate that a project may set, under `policy.gates.<gate id>.<name>`. */
export interface GateSetting {
  readonly name: string;
  /** What it is, with its unit. */
  readonly meaning: string;
  /** What holds in the tiers 0 to 3; null where there is no figure: a list, a command. */
  readonly byTier: readonly [number, number, number, number] | null;
}

/** All that there is to know about a gate, without its judgement. */
export interface GatePage {
  /** Kebab-case; never changes. */
  readonly id: string;
  /** What holds when it passes. */
  readonly title: string;
  readonly why: string;
  /** What to do when it does not pass. */
  readonly remedy: string;
  readonly sources: readonly string[];
  /** What of it a role with pg_monitor cannot see, or a managed service does not show; null when all can be seen. */
  readonly blindSpot: string | null;
  /** What of it a project may set. */
  readonly settings: readonly GateSetting[];
}
