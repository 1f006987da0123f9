import { expect, test } from 'vitest';
import { onInterrupt } from '../../../src/foundation/runtime/signals.js';

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s aborts the signal once, and the process should exit with %d', (name, exitCode) => {
  const received: string[] = [];
  const before = process.listenerCount(name);
  {
    using interruption = onInterrupt((signal) => received.push(signal));
    expect(interruption.exitCode()).toBeNull();
    process.emit(name, name);
    expect(interruption.signal.aborted).toBe(true);
    expect(interruption.exitCode()).toBe(exitCode);
  }
  expect(received).toEqual([name]);
  expect(process.listenerCount(name)).toBe(before);
});
