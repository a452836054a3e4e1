package io.quorate.replica;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Entry;
import java.util.List;

/// In which frame of the journal the latest record of each kept entry stands: eight bytes an entry.
final class EntryIndex {
  /// Frames are numbered from 1.
  private static final long NONE = 0;

  private long[] frames = new long[1024];
  private long first = 1;
  private long last;

  /// Below this nothing is kept any more, whoever carries it once more.
  private long floor = 1;

  /// The lowest index that may be kept; one above [#last()] if none is.
  long first() {
    return first;
  }

  long last() {
    return last;
  }

  boolean holds(long index) {
    return index >= first && index <= last && frames[slot(index)] != NONE;
  }

  long frameOf(long index) {
    require(holds(index), "entry %d is not among the kept %d to %d", index, first, last);
    return frames[slot(index)];
  }

  /// The lowest frame that holds any of them; `Long.MAX_VALUE` if none does. It need not be that of
  /// the first: a protocol may take entries out of order.
  long oldestFrame() {
    long oldest = Long.MAX_VALUE;
    for (long index = first; index <= last; index++) {
      long frame = frames[slot(index)];
      oldest = frame == NONE ? oldest : Math.min(oldest, frame);
    }
    return oldest;
  }

  /// Takes note that a frame carries these entries.
  void put(List<Entry> entries, long frame) {
    for (var entry : entries) {
      put(entry.index(), frame);
    }
  }

  private void put(long index, long frame) {
    if (index < floor) {
      return;
    }
    if (first > last) {
      first = index;
      last = index - 1;
    }
    // A checkpoint carries undecided entries, and stands before decided ones that waited with it in
    // the same
    // frame: so entries may come in any order, and holes are filled later.
    while (last < index) {
      makeRoom(last + 1 - first + 1);
      frames[slot(++last)] = NONE;
    }
    while (first > index) {
      makeRoom(last - (first - 1) + 1);
      frames[slot(--first)] = NONE;
    }
    frames[slot(index)] = frame;
  }

  /// Forgets every entry below `index`, for good.
  void trimTo(long index) {
    floor = Math.max(floor, index);
    first = Math.max(first, index);
    last = Math.max(last, first - 1);
  }

  private int slot(long index) {
    return (int) (index & (frames.length - 1));
  }

  private void makeRoom(long entries) {
    while (entries > frames.length) {
      var larger = new long[frames.length * 2];
      for (long index = first; index <= last; index++) {
        larger[(int) (index & (larger.length - 1))] = frames[slot(index)];
      }
      frames = larger;
    }
  }
}
