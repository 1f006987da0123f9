const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

export type InterruptSignal = keyof typeof exitCodes;

export interface Interruption extends Disposable {
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** What the process should exit with; null while no signal came. */
  exitCode(): 130 | 143 | null;
}

/**
 * Turns the first SIGINT or SIGTERM into an aborted AbortSignal, so that everything closes in order. A second
 * one ends the process at once; servers end with it, because their supervisors see it go.
 */
export function onInterrupt(handler: (name: InterruptSignal) => void = () => undefined): Interruption {
  const controller = new AbortController();
  let received: InterruptSignal | null = null;
  const receive = (name: InterruptSignal) => {
    if (received !== null) process.exit(exitCodes[name]);
    received = name;
    controller.abort();
    handler(name);
  };
  const names = Object.keys(exitCodes) as InterruptSignal[];
  for (const name of names) process.on(name, receive);
  return {
    signal: controller.signal,
    exitCode: () => (received === null ? null : exitCodes[received]),
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, receive);
    },
  };
}
