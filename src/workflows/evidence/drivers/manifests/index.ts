import type { Manifest } from '../manifest.js';
import buildGradle from './build-gradle.js';
import cargoLock from './cargo-lock.js';
import composerLock from './composer-lock.js';
import csproj from './csproj.js';
import gemfileLock from './gemfile-lock.js';
import goMod from './go-mod.js';
import packageJson from './package-json.js';
import packageLockJson from './package-lock-json.js';
import poetryLock from './poetry-lock.js';
import pomXml from './pom-xml.js';
import pyprojectToml from './pyproject-toml.js';
import requirementsTxt from './requirements-txt.js';

/** All that is looked for, in the order in which it is reported. */
export const manifests: readonly Manifest[] = [
  packageJson,
  packageLockJson,
  requirementsTxt,
  pyprojectToml,
  poetryLock,
  gemfileLock,
  goMod,
  pomXml,
  buildGradle,
  composerLock,
  cargoLock,
  csproj,
];
