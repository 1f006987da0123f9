import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import {
  identifyOwnProcess,
  isProcessAlive,
  readCommandLine,
} from '../../../src/foundation/runtime/process-identity.js';

test('this process is alive, and says how it was called', () => {
  expect(isProcessAlive(identifyOwnProcess())).toBe(true);
  expect(readCommandLine(process.pid)).toContain('node');
});

test('a later process under the same number is another one', () => {
  expect(isProcessAlive({ ...identifyOwnProcess(), startedAt: '1' })).toBe(false);
});

test('a process that ended is not alive', async () => {
  const child = spawn('true');
  await once(child, 'close');
  expect(isProcessAlive({ ...identifyOwnProcess(), pid: child.pid ?? 0 })).toBe(false);
});

test('nothing is known of a process in another pid namespace', () => {
  expect(isProcessAlive({ ...identifyOwnProcess(), namespace: 'pid:[1]' })).toBeNull();
});
