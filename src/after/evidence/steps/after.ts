export * from './after/validation.js';
export * from './after/watching.js';
export * from './after/comparison.js';
export * from './after/review.js';
