import { rustDrivers } from '../driver-names.js';
import { defineManifest, named } from '../manifest.js';
import { driversInBlocks } from '../package-blocks.js';

export default defineManifest({
  matches: named('Cargo.lock'),
  read: (text) => driversInBlocks(text, (name) => rustDrivers.includes(name)),
});
