export { compareSteps } from '../../after/watch/compare-steps.js';
export { compareThree } from '../../after/watch/compare-three.js';
