import type { RoomView } from '../../core/types';

/** Who goes on with what was called off says that they know of it: without, a word that crossed the abort is refused. */
export const afterAbort = (room: RoomView | null): { after_abort?: number } =>
  room?.plan.aborted ? { after_abort: room.plan.aborted.stamp.seq } : {};
