package io.quorate.consensus.script;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// How a transcript words entries: index@mark and what it holds; a mark of 0 is left out.
public final class Words {
  private Words() {}

  public static String of(Payload payload) {
    return switch (payload) {
      case Payload.NoOp() -> "noop";
      case Payload.Batch(var id, var commands) ->
          new String(
              Arrays.copyOfRange(
                  commands.array(), commands.offset(), commands.offset() + commands.length()),
              StandardCharsets.UTF_8);
      case Payload.StopSign(var next) -> "stop-sign";
    };
  }

  public static String of(Entry entry) {
    var place = entry.mark() == 0 ? String.valueOf(entry.index()) : entry.point().toString();
    return place + " " + of(entry.payload());
  }

  public static String of(List<Entry> entries) {
    return entries.stream().map(Words::of).collect(Collectors.joining(", ", "[", "]"));
  }
}
