/* SPDX-License-Identifier: GPL-3.0-or-later
 * version: 1
 *
 * commons: everyone signed in reads; an organisation writes what has its number in the id. A pure function of its four
 * arguments in ECMAScript 5, for validate_doc_update: our registry, CouchDB and PouchDB run it unchanged. It judges
 * rights, envelope and size; what else is in a record is for the program, so that nothing new is refused here. Our registry hands
 * in a fifth argument, how many bytes the document has: it only spares writing it once more to measure it.
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

  var staysInTeam = ['assessment', 'contact', 'entry', 'event', 'fund', 'handover', 'note', 'person', 'placement', 'process', 'risk', 'task', 'version'];

  if (holds(staysInTeam, type)) refuse('A record of the type ' + type + ' stays with its organisation: it cannot be published.');
  if (newDoc._deleted === true) {
    if (type === 'interest') refuse('An interest is left, not deleted: set its state to left.');
    if (type === 'erasure') refuse('What has been erased cannot be called back.');
    judgeTombstone(newDoc);
  } else {
    judgeEnvelope(newDoc);
    if (newDoc.source_revision !== undefined && !isText(newDoc.source_revision, 100)) refuse('source_revision must be the revision that was published.');
    if (newDoc.approved !== undefined && !(typeof newDoc.approved === 'object' && newDoc.approved !== null && isText(newDoc.approved.role, 300) && isText(newDoc.approved.at, 40))) {
      refuse('approved must say in which role and when (role, at).');
    }
    if (type === 'erasure') judgeErasure(newDoc);
  }
  // A text of so few bytes cannot be too long, however its numbers are written.
  if (!(bytes <= 65536) && JSON.stringify(newDoc).length > 1048576) refuse('A record has at most 1,048,576 characters.');
}
