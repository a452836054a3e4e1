package io.quorate.replica;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Entry;
import java.util.List;

/// In which frame of the journal the latest record of each kept entry stands: eight bytes an entry.
final class EntryIndex {
  private long[] frames = new long[1024];
  private long first = 1;
  private long last;

  /// The lowest index that is kept; one above [#last()] if none is.
  long first() {
    return first;
  }

  long last() {
    return last;
  }

  boolean holds(long index) {
    return index >= first && index <= last;
  }

  long frameOf(long index) {
    require(holds(index), "entry %d is not among the kept %d to %d", index, first, last);
    return frames[slot(index)];
  }

  /// Takes note that a frame carries these entries, which replace what stood from the first of them
  /// on.
  void put(List<Entry> entries, long frame) {
    for (var entry : entries) {
      put(entry.index(), frame);
    }
  }

  private void put(long index, long frame) {
    if (index < first) {
      return; // trimmed, yet carried once more: nobody will ask for it
    }
    if (first > last) {
      first = index;
      last = index - 1;
    }
    if (index > last + 1) {
      // What lies between is held by the state machine and will not be asked for.
      clearTo(index);
    }
    if (index == last + 1) {
      if (last - first + 1 == frames.length) {
        grow();
      }
      last = index;
    }
    frames[slot(index)] = frame;
  }

  /// Forgets every entry below `index`.
  void trimTo(long index) {
    if (index > last) {
      clearTo(index);
    } else {
      first = Math.max(first, index);
    }
  }

  private void clearTo(long next) {
    first = next;
    last = next - 1;
  }

  private int slot(long index) {
    return (int) (index & (frames.length - 1));
  }

  private void grow() {
    var larger = new long[frames.length * 2];
    for (long index = first; index <= last; index++) {
      larger[(int) (index & (larger.length - 1))] = frames[slot(index)];
    }
    frames = larger;
  }
}
