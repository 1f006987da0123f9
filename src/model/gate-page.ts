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
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly sources: readonly string[];
  readonly blindSpot: string | null;
  readonly settings: readonly GateSetting[];
}
