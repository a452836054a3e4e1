package io.quorate.simulation;

import io.quorate.simulation.watch.JournalFrames;
import java.util.ArrayList;
import java.util.List;

/// Finds the frames of a disk's journal that a later one proves: those whose damage no node may
/// take for the torn end of its journal.
final class ProvenFrames {
  /// @param offset bytes from the beginning of the file
  record Place(String file, int offset, int length) {}

  private ProvenFrames() {}

  /// All but the last, of the newest run of segments without a gap: what is older is being cleaned
  /// away, and its damage harms nobody.
  static List<Place> on(SimulatedDisk disk) {
    var places = new ArrayList<Place>();
    long next = -1;
    for (var name : disk.list("journal")) {
      if (name.matches("[0-9a-f]{16}")) {
        var file = "journal/" + name;
        long segment = Long.parseUnsignedLong(name, 16);
        if (segment != next) {
          places.clear();
        }
        next = segment + 1;
        for (var place : JournalFrames.of(segment, disk.durable(file))) {
          places.add(new Place(file, place.offset(), place.length()));
        }
      }
    }
    return places.isEmpty() ? places : places.subList(0, places.size() - 1);
  }
}
