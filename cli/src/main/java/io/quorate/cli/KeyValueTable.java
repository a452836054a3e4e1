package io.quorate.cli;

import io.quorate.client.KeyValue;
import java.util.List;

/// Keys with all that stands under them.
final class KeyValueTable {
  private KeyValueTable() {}

  static Table of(List<KeyValue> keyValues) {
    var table = new Table("KEY", "VALUE", "CREATED", "MODIFIED", "VERSION", "LEASE");
    for (var each : keyValues) {
      table.row(
          Text.cell(each.key()),
          Text.cell(each.value()),
          each.createRevision(),
          each.modRevision(),
          each.version(),
          each.lease() == 0 ? "" : Text.id(each.lease()));
    }
    return table;
  }
}
