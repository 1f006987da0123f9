import { assertions } from '../after/verify/assertions/index.js';

/** Ids of all assertions, in the order in which they are asked. */
export const verifyAssertionIds: readonly string[] = assertions.map(({ id }) => id);
