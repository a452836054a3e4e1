package io.quorate.replica;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// The commands of a batch as the bytes that an entry carries: each with its length before it.
public final class Commands {
  private Commands() {}

  public static Bytes join(List<Bytes> commands) {
    int size = 0;
    for (var command : commands) {
      size += 5 + command.length();
    }
    var out = new WireWriter(size);
    for (var command : commands) {
      out.bytes(command);
    }
    return Bytes.of(out.array(), 0, out.length());
  }

  /// @throws MalformedException if the bytes are no commands
  public static List<Bytes> split(Bytes batch) throws MalformedException {
    var commands = new ArrayList<Bytes>();
    var in = new WireReader(batch);
    while (in.remaining() > 0) {
      commands.add(in.bytes());
    }
    return commands;
  }
}
