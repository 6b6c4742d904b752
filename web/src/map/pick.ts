// Which unit lies under the pointer. One pass over all of them: ten thousand take a twentieth of a millisecond, less than keeping a grid
// of moving points up to date.
import type { UnitMirror } from '@samband/core/live/mirror';
import { FLAG_EMERGENCY, FLAG_POINT } from '@samband/core/live/snapshot';
import { MARK_ALARMED, MARK_ON_INCIDENT } from '@samband/core/live/table';

/** `x`, `y`: Mercator from ANCHOR; `reach` in the same. Of several, the urgent one, then the nearest. */
export function pickUnit(units: UnitMirror, x: number, y: number, reach: number, now = performance.now()): string | undefined {
  const progress = units.progress(now);
  let best: number | undefined;
  let bestRank = Infinity;
  for (let row = 0; row < units.count; row++) {
    const dx = units.shownX(row, progress) - x;
    if (dx > reach || dx < -reach) continue;
    const dy = units.shownY(row, progress) - y;
    const away = dx * dx + dy * dy;
    const flags = units.flagsOf(row);
    if (away > reach * reach || !(flags & FLAG_POINT)) continue;
    const urgent = (flags & FLAG_EMERGENCY) !== 0 || (units.markOf(row) & (MARK_ALARMED | MARK_ON_INCIDENT)) !== 0;
    const rank = away / (reach * reach) - (urgent ? 1 : 0);
    if (rank < bestRank) [best, bestRank] = [row, rank];
  }
  return best === undefined ? undefined : units.idOf(best);
}
