/** Requests per second on each touched table, for each operation, unless a rate is given. */
export const usualTraffic = 50;
