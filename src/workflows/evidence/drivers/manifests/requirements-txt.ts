import { defineManifest, named } from '../manifest.js';
import { driverInRequirement } from '../python-requirement.js';

export default defineManifest({
  matches: named('requirements.txt'),
  read: (text) => text.split(/\r?\n/).flatMap((line) => driverInRequirement(line) ?? []),
});
