export { type Interruption, onInterrupt } from '../foundation/runtime/signals.js';
