import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../foundation/runtime/run-command.js';
import { makeTemporaryFolder } from '../../foundation/runtime/temporary-folder.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';

type Env = Readonly<Record<string, string | undefined>>;

/** `OpenSSH_9.2p1 …`, as the program beside ssh-keygen says; null when there is no ssh-keygen that signs. */
export async function findSshKeygen(env: Env): Promise<string | null> {
  const tried = await runCommand('ssh-keygen', ['-Y', 'sign'], { env, timeoutMs: 10_000 });
  if (tried.startError !== null || /(?:illegal|unknown|unrecognized) option/i.test(tried.stderr)) return null;
  const { stderr } = await runCommand('ssh', ['-V'], { env, timeoutMs: 10_000 });
  return stderr.trim().split(',')[0]?.trim() ?? 'ssh-keygen';
}

export interface ProgramSigning {
  readonly env: Env;
  /** A private key, or the public half of one that an agent holds. */
  readonly keyPath: string;
  readonly message: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** What the program asks for: a touch, a passphrase. */
  readonly onWord: (text: string) => void;
}

/** Signs with agent, hardware and file keys, whichever it is. Returns the armoured signature. @throws ChangeSafetyError `command-failed`. */
export async function signWithProgram(signing: ProgramSigning): Promise<string> {
  const { env, keyPath, message, namespace, signal, onWord } = signing;
  await using folder = await makeTemporaryFolder(tmpdir(), 'lockkeeper-sign-');
  const file = join(folder.path, 'statement');
  await writeFile(file, message, { mode: 0o600 });
  const args = ['-Y', 'sign', '-f', keyPath, '-n', namespace, file];
  const onOutput = (text: string): void => {
    if (!/^(?:Signing file|Write signature)/.test(text)) onWord(text);
  };
  const { exitCode, stderr } = await runCommand('ssh-keygen', args, { env, signal, onOutput });
  if (exitCode === 0) return await readFile(`${file}.sig`, 'utf8');
  signal.throwIfAborted();
  throw new ChangeSafetyError({
    code: 'command-failed',
    message: `ssh-keygen did not sign: ${stderr.trim().replaceAll(folder.path, '')}`,
    remedy: 'Check the key that --key names: its passphrase, its agent (ssh-add -l), its permissions.',
    effect: 'none',
  });
}

export interface ProgramCheck {
  readonly env: Env;
  readonly signersPath: string;
  readonly principal: string;
  readonly message: string;
  readonly signature: string;
  readonly namespace: string;
  readonly at: Date;
  readonly signal: AbortSignal;
}

/** What ssh-keygen says of a signature; null when it holds. */
export async function checkWithProgram(check: ProgramCheck): Promise<string | null> {
  const { env, signersPath, principal, message, signature, namespace, at, signal } = check;
  await using folder = await makeTemporaryFolder(tmpdir(), 'lockkeeper-verify-');
  const file = join(folder.path, 'signature');
  await writeFile(file, signature, { mode: 0o600 });
  // With Z it is understood from OpenSSH 9.1 on; without, it is local time everywhere.
  const time = `verify-time=${localTime(at)}`;
  const args = ['-Y', 'verify', '-f', signersPath, '-I', principal, '-n', namespace, '-s', file, '-O', time];
  const { exitCode, stderr, stdout } = await runCommand('ssh-keygen', args, { env, signal, input: message });
  return exitCode === 0 ? null : ((stderr || stdout).trim().split('\n').at(-1) ?? 'it refused');
}

function localTime(at: Date): string {
  const parts = [at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds()];
  return `${at.getFullYear()}${parts.map((part) => String(part).padStart(2, '0')).join('')}`;
}
