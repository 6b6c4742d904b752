// Where the simulated units are at home: Swedish towns, by how many of a hundred thousand units each has.

export const TOWNS: readonly [name: string, lat: number, lon: number, weight: number][] = [
  ['Stockholm', 59.33, 18.07, 160], ['Göteborg', 57.71, 11.97, 90], ['Malmö', 55.6, 13.0, 70], ['Uppsala', 59.86, 17.64, 35],
  ['Västerås', 59.61, 16.55, 28], ['Örebro', 59.27, 15.21, 28], ['Linköping', 58.41, 15.62, 26], ['Helsingborg', 56.05, 12.69, 26],
  ['Jönköping', 57.78, 14.16, 24], ['Norrköping', 58.59, 16.18, 24], ['Lund', 55.7, 13.19, 20], ['Umeå', 63.83, 20.26, 24],
  ['Gävle', 60.67, 17.14, 20], ['Borås', 57.72, 12.94, 20], ['Eskilstuna', 59.37, 16.51, 18], ['Karlstad', 59.38, 13.5, 20],
  ['Växjö', 56.88, 14.81, 18], ['Halmstad', 56.67, 12.86, 18], ['Sundsvall', 62.39, 17.31, 22], ['Luleå', 65.58, 22.15, 22],
  ['Östersund', 63.18, 14.64, 26], ['Borlänge', 60.48, 15.44, 14], ['Falun', 60.61, 15.63, 14], ['Kalmar', 56.66, 16.36, 16],
  ['Kristianstad', 56.03, 14.16, 14], ['Karlskrona', 56.16, 15.59, 14], ['Skellefteå', 64.75, 20.95, 14], ['Visby', 57.64, 18.3, 12],
  ['Nyköping', 58.75, 17.01, 10], ['Trollhättan', 58.28, 12.29, 12], ['Skövde', 58.39, 13.85, 12], ['Uddevalla', 58.35, 11.94, 10],
  ['Örnsköldsvik', 63.29, 18.72, 12], ['Kiruna', 67.86, 20.23, 10], ['Mora', 61.0, 14.54, 9], ['Lycksele', 64.6, 18.68, 7],
  ['Sveg', 62.03, 14.36, 5], ['Strömsund', 63.85, 15.56, 6], ['Åre', 63.4, 13.08, 7], ['Gällivare', 67.13, 20.66, 8],
  ['Arvidsjaur', 65.59, 19.18, 5], ['Storuman', 65.1, 17.12, 5], ['Hudiksvall', 61.73, 17.1, 8], ['Ljusdal', 61.83, 16.09, 6],
  ['Malung', 60.69, 13.72, 6], ['Arvika', 59.65, 12.59, 7], ['Västervik', 57.76, 16.64, 8], ['Ystad', 55.43, 13.82, 8],
];
