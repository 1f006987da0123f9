/** One request of a lane; times by performance.now(). `endedAt` is null while it waits or runs. */
export interface TrafficRequest {
  readonly intendedAt: number;
  endedAt: number | null;
  failed: boolean;
  cancelledByRecovery: boolean;
}

export interface RequestSummary {
  readonly requests: number;
  readonly failures: number;
  readonly cancelled: number;
  readonly longestStallMs: number;
  readonly p99Ms: number;
}

/** More requests than a lane has under way at once. */
const lookBack = 256;

/** The requests of one lane in the order of their intended starts, which is also the order they are noted in. */
export class RequestLog {
  readonly #requests: TrafficRequest[] = [];
  /** Everything before this index has ended. */
  #open = 0;

  intend(intendedAt: number): TrafficRequest {
    const request: TrafficRequest = { intendedAt, endedAt: null, failed: false, cancelledByRecovery: false };
    this.#requests.push(request);
    return request;
  }

  /**
   * Requests whose intended start lies in [from, to), and those of shortly before that failed in it: the one request that
   * meets a dropped column may have been meant a moment before the column went.
   */
  between(from: number, to: number): readonly TrafficRequest[] {
    const first = this.#firstAtOrAfter(from);
    const failedLate = this.#requests
      .slice(Math.max(0, first - lookBack), first)
      .filter(({ failed, endedAt }) => failed && endedAt !== null && endedAt >= from && endedAt < to);
    return [...failedLate, ...this.#requests.slice(first, this.#firstAtOrAfter(to))];
  }

  /** Whether a request intended before `time` has not ended. */
  hasOpenBefore(time: number): boolean {
    while (this.#requests[this.#open]?.endedAt != null) this.#open += 1;
    const end = this.#firstAtOrAfter(time);
    for (let index = this.#open; index < end; index += 1) {
      if (this.#requests[index]?.endedAt === null) return true;
    }
    return false;
  }

  #firstAtOrAfter(time: number): number {
    let low = 0;
    let high = this.#requests.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#requests[middle]?.intendedAt ?? Number.POSITIVE_INFINITY) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Milliseconds from the intended start to the end; for a request still open, to `now`: it took at least that long. */
export function latencyOf(request: TrafficRequest, now: number): number {
  return Math.max(0, (request.endedAt ?? now) - request.intendedAt);
}

export function summarizeRequests(requests: readonly TrafficRequest[], now: number): RequestSummary {
  const latencies = requests.map((request) => latencyOf(request, now)).sort((a, b) => a - b);
  return {
    requests: requests.length,
    failures: requests.filter((request) => request.failed).length,
    cancelled: requests.filter((request) => request.cancelledByRecovery).length,
    longestStallMs: latencies.at(-1) ?? 0,
    p99Ms: latencies[Math.ceil(latencies.length * 0.99) - 1] ?? 0,
  };
}
