// What a screen gives the map, and what it gets back.
import type { Rectangle } from '@samband/core/live/table';

export type Theme = 'dark' | 'day' | 'night';

/** As the directory has it: id, name, what fits a column, and the kind that decides its shape. */
export interface MapOrganisation {
  id: string;
  name: string;
  shortName?: string;
  /** räddning, ambulans, polis; anything else is drawn as "other". */
  kind: string;
}

export interface MapIncident {
  id: string;
  title: string;
  /** Where it is; absent where only the area is known. */
  lat?: number;
  lon?: number;
  /** The square that is all this viewer may know. */
  area?: Rectangle;
  /** Stands in the symbol: what the screen's own list numbers it by. */
  number?: string;
  /** 1 is the most urgent: red, orange, blue. */
  severity: 1 | 2 | 3;
  unacknowledged: boolean;
  exercise: boolean;
}

export interface MapPlace {
  id: string;
  kind: 'hazard' | 'breakPoint';
  lat: number;
  lon: number;
  text: string;
  /** Radius to keep out of, metres. */
  standOffM?: number;
}

/** The vehicle the screen sits in; drawn from its own receiver, hub or no hub. */
export interface MapOwn {
  lat: number;
  lon: number;
  courseDeg?: number;
  /** Its row among the units is then not drawn as well. */
  unitId?: string;
  callSign: string;
  organisation: string;
}

/** What the camera keeps to; absent: the user decides. */
export type MapFollow =
  | { own: true; courseUp?: boolean }
  | { unitId: string }
  | { lat: number; lon: number; zoom?: number }
  | { bounds: Rectangle; animate?: boolean };

export interface MapBounds extends Rectangle {
  zoom: number;
}
