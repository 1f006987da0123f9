export { type Clock, systemClock } from '../foundation/runtime/clock.js';
