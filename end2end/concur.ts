// The control side of the simulated SAP Concur: puts trips into its store, which it then announces and serves as any other.

import type { Program } from "./program";

export interface Person {
  id: string;
  login: string;
  given_name: string;
  family_name: string;
  /** Code of the city in which they live. */
  home: string;
}

async function ask<T>(program: Program, path: string, method = "GET", body?: object): Promise<T> {
  const answer = await fetch(`${program.sandbox}/control/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} /control/${path}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<T>;
}

/** Somebody who lives in that city and has no trip at all: nobody has heard of them yet. */
export async function stranger(program: Program, home: string): Promise<Person> {
  const { people } = await ask<{ people: Person[] }>(program, "people?limit=1000");
  for (const person of people.filter((one) => one.home === home)) {
    const { trips } = await ask<{ trips: string[] }>(program, `trips?user=${person.id}`);
    if (trips.length === 0) return person;
  }
  const homes = [...new Set(people.map((one) => one.home))].join(" ");
  throw new Error(`nobody in ${home} is without a trip; people live in ${homes}`);
}

/** Puts a trip and announces it; returns its id. */
export async function putTrip(program: Program, person: Person, trip: object): Promise<string> {
  return (await ask<{ id: string }>(program, "trips", "POST", { user: person.id, trip })).id;
}

/** Changes a trip and announces that. */
export async function changeTrip(program: Program, id: string, trip: object) {
  await ask(program, `trips/${id}`, "PUT", { trip });
}

export const hours = (count: number) => new Date(Date.now() + count * 3_600_000);

/** A time as Concur writes it: civil time of the place, with an offset that means nothing. */
function civil(at: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(at);
  return `${parts.replace(" ", "T")}.000-00:00`;
}

export interface Place {
  code: string;
  zone: string;
}

/** A plan by mail: out without a flight number, back three days later. The mission's rule (R25) is about such a flight. */
export function plan(from: Place, to: Place, departs: Date, person: Person): object {
  const utc = (at: Date) => at.toISOString().replace("Z", "+00:00");
  const flight = (a: Place, b: Place, at: Date) => {
    const lands = new Date(at.getTime() + 7 * 3_600_000);
    return {
      Vendor: "BA",
      VendorName: "British Airways",
      StartCityCode: a.code,
      StartDateLocal: civil(at, a.zone),
      StartDateUtc: utc(at),
      EndCityCode: b.code,
      EndDateLocal: civil(lands, b.zone),
      EndDateUtc: utc(lands),
    };
  };
  const back = new Date(departs.getTime() + 72 * 3_600_000);
  const passenger = { NameFirst: person.given_name, NameLast: person.family_name };
  return {
    TripName: "Forwarded plans",
    TripStatus: 0,
    StartDateLocal: civil(departs, from.zone),
    StartDateUtc: utc(departs),
    EndDateLocal: civil(new Date(back.getTime() + 7 * 3_600_000), from.zone),
    EndDateUtc: utc(new Date(back.getTime() + 7 * 3_600_000)),
    Bookings: [
      {
        BookingOwner: "OpenBookingEmail",
        ItinSourceName: "Panama",
        RecordLocator: "PLAN01",
        Passengers: [passenger],
        Segments: { Air: [flight(from, to, departs), flight(to, from, back)] },
      },
    ],
  };
}

export const NEW_YORK = { code: "JFK", zone: "America/New_York" };
export const LONDON = { code: "LHR", zone: "Europe/London" };
export const REYKJAVIK = { code: "KEF", zone: "Atlantic/Reykjavik" };
