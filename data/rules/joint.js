/* SPDX-License-Identifier: GPL-3.0-or-later
 * version: 1
 *
 * joint-<uuid>: what partners run together. All members read; each writes what has its number in the id. Like commons.js
 * a pure function for validate_doc_update.
 */
function (newDoc, oldDoc, userCtx, secObj, bytes) {
  'use strict';

  // --- the same in commons.js, team.js and joint.js ---
  function refuse(reason) {
    throw { forbidden: reason };
  }
  function holds(list, value) {
    return Array.isArray(list) && list.indexOf(value) >= 0;
  }
  function isShort(value, most) {
    return typeof value === 'string' && value.length <= most;
  }
  function isText(value, most) {
    return isShort(value, most) && value.length > 0;
  }
  function isTime(value) {
    return isText(value, 40) && /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$/.test(value);
  }
  function isStamp(value) {
    return typeof value === 'object' && value !== null && isTime(value.at) && (value.by === undefined || isShort(value.by, 100));
  }
  function judgeTombstone(doc) {
    if (doc.type !== undefined && doc.type !== type) refuse('The type of a withdrawn record must be that of its id.');
    if (doc.reason !== undefined && !isShort(doc.reason, 4000)) refuse('The reason must be text of at most 4,000 characters.');
    if (doc.at !== undefined && !isTime(doc.at)) refuse('The time (at) must be in UTC, like 2026-11-25T09:30:00Z.');
    if (doc.by !== undefined && !isShort(doc.by, 300)) refuse('The role (by) must be text of at most 300 characters.');
  }
  function judgeEnvelope(doc) {
    if (doc.type !== type) refuse('The type must be that of the id: ' + type + '.');
    if (doc.owner !== owner) refuse('The owner must be the number in the id: ' + owner + '.');
    if (typeof doc.schema !== 'number' || doc.schema % 1 !== 0 || doc.schema < 1 || doc.schema > 1000000) refuse('The version of the record type (schema) must be a whole number from 1.');
    if (!isText(doc.lang, 35) || !/^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(doc.lang)) refuse('The language (lang) must be a code like nb, nn, en or se.');
    if (doc.created !== undefined && !isStamp(doc.created)) refuse('created must be a time in UTC (at) and who did it (by).');
    if (doc.changed !== undefined && !isStamp(doc.changed)) refuse('changed must be a time in UTC (at) and who did it (by).');
  }
  function judgeErasure(doc) {
    var i, part;
    if (doc.ids === undefined) return;
    if (!Array.isArray(doc.ids) || doc.ids.length > 1000) refuse('The ids of an erasure must be a list of at most 1,000.');
    for (i = 0; i < doc.ids.length; i += 1) {
      part = typeof doc.ids[i] === 'string' ? doc.ids[i].split(':') : [];
      if (part.length !== 3 || part[1] !== owner) refuse('An organisation can only have its own records forgotten.');
    }
  }

  if (holds(userCtx.roles, '_admin')) return;
  if (!userCtx.name) throw { unauthorized: 'Sign in first.' };

  var parts = String(newDoc._id).split(':'), type = parts[0], owner = parts[1];
  if (parts.length !== 3 || !/^[a-z][a-z0-9-]{0,39}$/.test(type) || !/^[0-9]{9}$/.test(owner) || !/^[0-9A-Za-z._~-]{1,100}$/.test(parts[2])) {
    refuse('The id must be TYPE:ORGANISATION NUMBER:REST.');
  }
  // Never by the old document: it is not there when a revision comes without its ancestors.
  if (!holds(userCtx.roles, 'org:' + owner)) refuse('Only the accounts of organisation ' + owner + ' may write this record.');
  // --- until here ---

  // The members of the database are organisations; a record is that of a partner.
  var members = secObj && secObj.members ? secObj.members.roles : null;
  if (Array.isArray(members) && members.length > 0 && !holds(members, 'org:' + owner)) {
    refuse('Organisation ' + owner + ' is not a member here.');
  }

  if (type === 'event' || type === 'entry') {
    // Append-only: the id is the hash of the content, so another content is another record.
    if (newDoc._deleted === true || oldDoc || Number(String(newDoc._rev || '0').split('-')[0]) > 1) {
      refuse('What has happened is not changed: add a record of what is different.');
    }
  }
  if (newDoc._deleted === true) {
    if (type === 'erasure') refuse('What has been erased cannot be called back.');
    judgeTombstone(newDoc);
  } else {
    judgeEnvelope(newDoc);
    if (type === 'erasure') judgeErasure(newDoc);
  }
  // A text of so few bytes cannot be too long, however its numbers are written.
  if (!(bytes <= 65536) && JSON.stringify(newDoc).length > 1048576) refuse('A record has at most 1,048,576 characters.');
}
