import { create } from '@bufbuild/protobuf';
import { FactStatedSchema } from '@samband/core/gen/event_pb';
import { describe, expect, it } from 'vitest';
import { parsePlace } from '../live/place.ts';
import { written } from './fact.ts';

describe('what stands, when somebody changes a fact', () => {
  it('is in the form, so that what nobody touches stays', () => {
    const address = create(FactStatedSchema, { value: { case: 'address', value: { street: 'E14', municipality: 'Åre' } } });
    expect(written(address)).toEqual({ kind: 'address', street: 'E14', municipality: 'Åre' });
    const hazard = create(FactStatedSchema, { value: { case: 'hazard', value: { what: 'Gasol', standOffM: 300 } } });
    expect(written(hazard)).toEqual({ kind: 'hazard', what: 'Gasol', standOff: '300' });
    const threat = create(FactStatedSchema, { value: { case: 'threat', value: { assessment: 'x', weapons: true, level: 3 } } });
    expect(written(threat)).toEqual({ kind: 'threat', assessment: 'x', weapons: true, severity: '3' });
  });

  it('is the same place when it is read again', () => {
    const { place } = written(create(FactStatedSchema, { value: { case: 'location', value: { latitude: 63.3217, longitude: 13.265 } } }));
    expect(parsePlace(String(place))).toEqual({ latitude: 63.3217, longitude: 13.265 });
  });

  it('is nothing where only a coarse form came', () => expect(written(create(FactStatedSchema, {}))).toEqual({}));
});
