import { ChangeSafetyError } from '../../../model/change-safety-error.js';

export type EmbeddedMajor = 15 | 16 | 17 | 18;

/** The exact packages that lockkeeper is tested with; an npm version, whose first two numbers are the server's. */
export const embeddedVersions: Readonly<Record<EmbeddedMajor, string>> = {
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

/** `17.10.0-beta.17` is PostgreSQL 17.10. */
export function serverVersionOf(packageVersion: string): string {
  return packageVersion.split('.').slice(0, 2).join('.');
}

/** Throws ChangeSafetyError `usage` for a major that there is no embedded server of. */
export function embeddedMajor(major: number): EmbeddedMajor {
  const majors = Object.keys(embeddedVersions).map(Number);
  if (majors.includes(major)) return major as EmbeddedMajor;
  throw new ChangeSafetyError({
    code: 'usage',
    message: `There is no embedded server of major ${major}.`,
    remedy: `Choose one of ${majors.join(', ')}, or name an installed server with --server-bin.`,
    effect: 'none',
  });
}
