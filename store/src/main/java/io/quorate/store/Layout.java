package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;

/// What stands where in an [Engine]: the one place that knows.
///
/// | family | key | value |
/// | --- | --- | --- |
/// | `REV` | revision, 8 bytes; place in it, 4 bytes | encoded `mvccpb.KeyValue` |
/// | `IDX` | escaped key, 00 00 | the [Version] that a living key has |
/// | `IDX` | escaped key, 00 01, revision and place with all bits turned | each superseded [Version] and each delete |
/// | `META` | 00 | the format's number |
/// | `META` | 01 | the last applied entry, what the replica keeps with it, and how many commands of the next one are in |
/// | `META` | 02 | the newest and the compacted revision |
/// | `META` | 03 | how far removal of what was compacted has come |
/// | `META` | 04, node id | a [NodeEntry] |
/// | `META` | 05, lease id | the TTL in seconds |
/// | `META` | 06 | the [Lessorship] |
/// | `META` | 07, lease id, key | the [Version] of a living key that is attached to the lease |
/// | `META` | 08, type, node id | an [Alarm] that is raised |
/// | `META` | 09 | the number of the snapshot that the store was restored from; none: it began empty |
///
/// Numbers are big-endian, so that bytes are ordered as they are; of a key the newest superseded
/// version comes first. In an escaped key each 00 is followed by FF, so that keys keep their order
/// and none begins another one's entries. `META` kinds from 0A on are kept for what comes: users,
/// sessions.
final class Layout {
  static final int FORMAT = 1;

  static final Bytes META_FORMAT = Bytes.of(new byte[] {0});
  static final Bytes META_APPLIED = Bytes.of(new byte[] {1});
  static final Bytes META_REVISIONS = Bytes.of(new byte[] {2});
  static final Bytes META_REMOVAL = Bytes.of(new byte[] {3});
  static final Bytes META_NODES = Bytes.of(new byte[] {4});
  static final Bytes META_NODES_END = Bytes.of(new byte[] {5});
  static final Bytes META_LEASES = META_NODES_END;
  static final Bytes META_LEASES_END = Bytes.of(new byte[] {6});
  static final Bytes META_LESSORSHIP = META_LEASES_END;
  private static final Bytes META_ATTACHED = Bytes.of(new byte[] {7});
  private static final Bytes META_ATTACHED_END = Bytes.of(new byte[] {8});
  static final Bytes META_ALARMS = META_ATTACHED_END;
  static final Bytes META_ALARMS_END = Bytes.of(new byte[] {9});
  static final Bytes META_ORIGIN = META_ALARMS_END;

  private static final int NEWEST = 0;
  private static final int HISTORY = 1;
  private static final int BEHIND = 2;
  private static final byte ESCAPE = (byte) 0xff;
  private static final int REVISION_LENGTH = 12;
  private static final int NUMBERED_LENGTH = 9;

  private Layout() {}

  static Bytes node(long id) {
    return numbered(META_NODES, id);
  }

  private static Bytes numbered(Bytes kind, long id) {
    var out = new WireWriter(NUMBERED_LENGTH);
    out.raw(kind);
    out.u64(id);
    return Bytes.of(out.array());
  }

  // Leases

  static Bytes lease(long id) {
    return numbered(META_LEASES, id);
  }

  /// The id of the lease whose entry this is.
  static long lease(Bytes entry) {
    return readLong(entry, 1);
  }

  /// Where it stands that a key is attached to a lease.
  static Bytes attached(long lease, Bytes key) {
    var out = new WireWriter(NUMBERED_LENGTH + key.length());
    out.raw(META_ATTACHED);
    out.u64(lease);
    out.raw(key);
    return Bytes.of(out.array());
  }

  /// The first place behind all keys of a lease.
  static Bytes behindAttached(long lease) {
    return lease == -1 ? META_ATTACHED_END : numbered(META_ATTACHED, lease + 1);
  }

  /// The key that is attached by an entry.
  static Bytes attachedKey(Bytes entry) {
    return entry.from(NUMBERED_LENGTH);
  }

  // Alarms

  static Bytes alarm(Alarm alarm) {
    var out = new WireWriter(NUMBERED_LENGTH + 8);
    out.raw(META_ALARMS);
    out.u64(alarm.type());
    out.u64(alarm.node());
    return Bytes.of(out.array());
  }

  static Alarm alarm(Bytes entry) {
    return new Alarm(readLong(entry, NUMBERED_LENGTH), readLong(entry, 1));
  }

  // REV

  static Bytes revision(long mod, int sub) {
    var out = new WireWriter(REVISION_LENGTH);
    out.u64(mod);
    out.u32(sub);
    return Bytes.of(out.array());
  }

  static long mod(Bytes revision) {
    return readLong(revision, 0);
  }

  static int sub(Bytes revision) {
    return readSub(revision, 0);
  }

  private static long readLong(Bytes bytes, int at) {
    try {
      return new WireReader(bytes.from(at)).u64();
    } catch (MalformedException e) {
      throw new EngineException("a number in a key cannot be read: " + e.getMessage(), e);
    }
  }

  private static int readSub(Bytes bytes, int at) {
    try {
      return new WireReader(bytes.from(at + 8)).u32();
    } catch (MalformedException e) {
      throw new EngineException("a revision cannot be read: " + e.getMessage(), e);
    }
  }

  // IDX

  /// The key as its entries begin.
  static Bytes escaped(Bytes key) {
    int zeros = 0;
    for (int i = 0; i < key.length(); i++) {
      if (key.at(i) == 0) {
        zeros++;
      }
    }
    if (zeros == 0) {
      return key;
    }
    var escaped = new byte[key.length() + zeros];
    int at = 0;
    for (int i = 0; i < key.length(); i++) {
      escaped[at++] = key.at(i);
      if (key.at(i) == 0) {
        escaped[at++] = ESCAPE;
      }
    }
    return Bytes.of(escaped);
  }

  static Bytes unescaped(Bytes escaped) {
    int zeros = 0;
    for (int i = 0; i < escaped.length(); i++) {
      if (escaped.at(i) == 0) {
        zeros++;
      }
    }
    if (zeros == 0) {
      return escaped;
    }
    var key = new byte[escaped.length() - zeros];
    int at = 0;
    for (int i = 0; i < escaped.length(); i++) {
      key[at++] = escaped.at(i);
      if (escaped.at(i) == 0) {
        i++;
      }
    }
    return Bytes.of(key);
  }

  private static Bytes entry(Bytes escaped, int kind) {
    var entry = new byte[escaped.length() + 2];
    System.arraycopy(escaped.array(), escaped.offset(), entry, 0, escaped.length());
    entry[escaped.length() + 1] = (byte) kind;
    return Bytes.of(entry);
  }

  /// Where a living key's newest version stands; also the first place of all that is about a key.
  static Bytes newest(Bytes escaped) {
    return entry(escaped, NEWEST);
  }

  /// The first place behind all that is about a key.
  static Bytes behind(Bytes escaped) {
    return entry(escaped, BEHIND);
  }

  /// Where a superseded version, or a delete, stands.
  static Bytes history(Bytes escaped, long mod, int sub) {
    var out = new WireWriter(escaped.length() + 2 + REVISION_LENGTH);
    out.raw(escaped);
    out.u8(0);
    out.u8(HISTORY);
    out.u64(~mod);
    out.u32(~sub);
    return Bytes.of(out.array());
  }

  /// Before this place in a key's history stands what came after that revision.
  static Bytes historyUpTo(Bytes escaped, long mod) {
    return history(escaped, mod, -1);
  }

  /// The first place in a key's history behind that of a change: of what the change superseded.
  static Bytes historyBefore(Bytes escaped, long mod, int sub) {
    return sub == 0 ? history(escaped, mod - 1, -1) : history(escaped, mod, sub - 1);
  }

  /// The escaped key that an entry is about.
  static Bytes escapedKeyOf(Bytes entry) {
    for (int i = 0; i < entry.length() - 1; i++) {
      if (entry.at(i) == 0) {
        if (entry.at(i + 1) != ESCAPE) {
          return entry.slice(0, i);
        }
        i++;
      }
    }
    throw new EngineException("no key's entry: " + entry);
  }

  static boolean isNewest(Bytes entry, Bytes escapedKey) {
    return entry.at(escapedKey.length() + 1) == NEWEST;
  }

  /// The revision of an entry in a key's history.
  static long historyMod(Bytes entry, Bytes escapedKey) {
    return ~readLong(entry, escapedKey.length() + 2);
  }
}
