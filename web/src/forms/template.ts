import { ReportTemplate } from '@samband/core/gen/common_pb';

/** Parts of an arrival report that are said in words. */
export type ReportPart = 'exactPlace' | 'what' | 'damage' | 'hazards' | 'access';

interface Shape {
  /** In the order they are said on the radio. */
  parts: ReportPart[];
  /** The hub takes no report without these. */
  required: ReportPart[];
  needsCasualties: boolean;
  /** Whether it is a major incident is always said: no is an answer too. */
  needsMajor: boolean;
}

const SHAPES: Record<ReportTemplate, Shape> = {
  [ReportTemplate.UNSPECIFIED]: { parts: ['what'], required: ['what'], needsCasualties: false, needsMajor: false },
  [ReportTemplate.OSH]: { parts: ['what', 'damage', 'hazards'], required: ['what', 'damage', 'hazards'], needsCasualties: false, needsMajor: false },
  [ReportTemplate.POLICE]: { parts: ['exactPlace', 'what', 'hazards', 'access'], required: ['exactPlace', 'what', 'hazards'], needsCasualties: false, needsMajor: false },
  [ReportTemplate.PS]: { parts: ['what', 'hazards', 'access'], required: ['what'], needsCasualties: true, needsMajor: true },
  [ReportTemplate.METHANE]: { parts: ['exactPlace', 'what', 'hazards', 'access'], required: ['exactPlace', 'what', 'hazards'], needsCasualties: true, needsMajor: true },
};

/** What a template asks for: as the hub will. */
export function shapeOf(template: ReportTemplate): Shape {
  return SHAPES[template];
}
