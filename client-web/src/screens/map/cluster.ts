// What would lie on top of each other is put together: a grid on the screen, and what lies near its neighbour's.

export interface Dot<T> { x: number; y: number; item: T }
export interface Cluster<T> { x: number; y: number; items: T[] }

/** Groups of dots that are nearer than `size` pixels to the group's middle; the same for the same dots. */
export function cluster<T>(dots: readonly Dot<T>[], size: number): Cluster<T>[] {
  const cells = new Map<string, Cluster<T>[]>();
  const clusters: Cluster<T>[] = [];
  for (const { x, y, item } of dots) {
    const [column, row] = [Math.floor(x / size), Math.floor(y / size)];
    let near: Cluster<T> | undefined;
    let nearest = size * size;
    for (let right = -1; right <= 1; right += 1) {
      for (let down = -1; down <= 1; down += 1) {
        for (const other of cells.get(`${column + right} ${row + down}`) ?? []) {
          const distance = (other.x - x) ** 2 + (other.y - y) ** 2;
          if (distance < nearest) [near, nearest] = [other, distance];
        }
      }
    }
    if (near) {
      // Its middle stays where its first, weightiest dot is: nothing wanders when one joins.
      near.items.push(item);
    } else {
      const made = { x, y, items: [item] };
      clusters.push(made);
      const cell = `${column} ${row}`;
      const there = cells.get(cell);
      if (there) there.push(made);
      else cells.set(cell, [made]);
    }
  }
  return clusters;
}
