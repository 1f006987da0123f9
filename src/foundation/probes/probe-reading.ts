/** What asking for a figure brought: the figure, or why there is none. */
export interface MetricReading {
  readonly value: number | null;
  /** Names no secret: of addresses no more than the host. Null when there is a value. */
  readonly problem: string | null;
  /** ISO 8601, when the answer was there. */
  readonly at: string;
}

export interface HealthReading {
  readonly healthy: boolean;
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  readonly problem: string | null;
  readonly durationMs: number;
  readonly at: string;
}
