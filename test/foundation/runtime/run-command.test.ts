import { expect, test } from 'vitest';
import { runCommand } from '../../../src/foundation/runtime/run-command.js';

test('output and exit code come back, and the arguments meet no shell', async () => {
  const script = 'process.stdout.write(process.argv[1]); process.stderr.write("oops"); process.exit(3)';
  const result = await runCommand(process.execPath, ['-e', script, '$HOME; `id`']);
  expect(result).toEqual({ exitCode: 3, stdout: '$HOME; `id`', stderr: 'oops', timedOut: false, startError: null });
});

test('a command that takes too long is killed', async () => {
  const result = await runCommand('sleep', ['30'], { timeoutMs: 50 });
  expect(result).toMatchObject({ exitCode: null, timedOut: true });
});

test('an aborted signal kills the command, before or while it runs', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  expect((await runCommand('sleep', ['30'], { signal: controller.signal })).exitCode).toBeNull();
  expect((await runCommand('sleep', ['30'], { signal: controller.signal })).exitCode).toBeNull();
});

test('a program that does not exist is a result, not an exception', async () => {
  const result = await runCommand('/nonexistent/program', []);
  expect(result.exitCode).toBeNull();
  expect(result.startError?.code).toBe('ENOENT');
});

test('with patience an aborted command may end in order, and is killed when it does not', async () => {
  const run = async (trap: string, patienceMs: number) => {
    const controller = new AbortController();
    const script = `trap '${trap}' TERM; echo ready; while :; do sleep 0.05; done`;
    const onOutput = () => controller.abort();
    return await runCommand('sh', ['-c', script], { signal: controller.signal, patienceMs, onOutput });
  };
  expect(await run('exit 7', 10_000)).toMatchObject({ exitCode: 7 });
  expect(await run(':', 200)).toMatchObject({ exitCode: null });
});
