import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's package openssh-client has it. */
export const hasSshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;

/** Runs ssh-keygen; `input` is what it reads. */
export function sshKeygen(
  args: readonly string[],
  input = '',
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync('ssh-keygen', args, { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

export interface TestKey {
  /** Path of the private key; beside it lies the public one. */
  readonly path: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
}

export interface KeyFolder extends Disposable {
  readonly dir: string;
  /** Path of a new file. */
  readonly write: (name: string, text: string) => string;
  readonly makeKey: (name: string, type?: string, passphrase?: string) => TestKey;
}

/** A folder with keys of its own. */
export function openKeyFolder(): KeyFolder {
  const dir = mkdtempSync(join(tmpdir(), 'lockkeeper-keys-'));
  const write = (name: string, text: string): string => {
    const path = join(dir, name);
    writeFileSync(path, text);
    chmodSync(path, 0o600);
    return path;
  };
  return {
    dir,
    write,
    makeKey: (name, type = 'ed25519', passphrase = '') => {
      const path = join(dir, name);
      // A long RSA key takes long to find.
      const bits = type === 'rsa' ? ['-b', '2048'] : [];
      const made = sshKeygen(['-q', '-t', type, ...bits, '-N', passphrase, '-C', name, '-f', path]);
      if (made.status !== 0) throw new Error(made.stderr);
      const publicKey = readFileSync(`${path}.pub`, 'utf8').trim().split(' ').slice(0, 2).join(' ');
      return { path, publicKey };
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true }),
  };
}
