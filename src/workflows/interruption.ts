export { onInterrupt } from '../foundation/runtime/signals.js';
