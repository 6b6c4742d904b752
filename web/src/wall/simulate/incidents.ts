// The simulated country's incidents. Places are real, what happens there is made up.

export interface SimIncident {
  id: string;
  title: string;
  where: string;
  stage: string;
  lat: number;
  lon: number;
  severity: 1 | 2 | 3;
  ageS: number;
  acknowledged: number;
  alarmed: number;
  exercise: boolean;
}

const incident = (
  id: string, title: string, where: string, stage: string, lat: number, lon: number, severity: 1 | 2 | 3, ageS: number, acknowledged: number, alarmed: number,
  exercise = false,
): SimIncident => ({ id, title, where, stage, lat, lon, severity, ageS, acknowledged, alarmed, exercise });

export const INCIDENTS: readonly SimIncident[] = [
  incident('sim-1', 'Brand i byggnad, lägenhet', 'Rådhusgatan, Östersund', 'larm ute', 63.1781, 14.6402, 1, 41, 2, 5),
  incident('sim-2', 'Trafikolycka, lastbil', 'E14 Mörsil', 'på väg', 63.3095, 13.6507, 1, 72, 4, 4),
  incident('sim-3', 'Hjärtstopp, IVPA', 'Hammerdal', 'på väg', 63.5869, 15.3492, 1, 410, 2, 2),
  incident('sim-4', 'Drunkningstillbud', 'Årstaviken, Stockholm', 'framme', 59.3057, 18.0646, 1, 985, 6, 6),
  incident('sim-5', 'Fjällräddning', 'Storulvån', 'framme', 63.1711, 12.3668, 2, 8070, 4, 6),
  incident('sim-6', 'Gräsbrand', 'Ljungbyhed', 'på väg', 56.0758, 13.2263, 2, 655, 3, 3),
  incident('sim-7', 'Automatlarm', 'Hisingen, Göteborg', 'framme', 57.7253, 11.9295, 2, 520, 2, 2),
  incident('sim-8', 'Oljeutsläpp, mindre', 'Gävle hamn', 'arbete', 60.6895, 17.2238, 3, 14_520, 2, 2),
  incident('sim-9', 'Hisslarm', 'Umeå', 'larm ute', 63.8258, 20.263, 3, 130, 1, 1),
  incident('sim-10', 'Storolycka, buss', 'Åre', 'larm ute', 63.399, 13.0815, 1, 300, 1, 8, true),
];
