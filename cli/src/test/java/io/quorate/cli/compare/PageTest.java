package io.quorate.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.quorate.simulation.experiment.Partition;
import java.io.StringReader;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PageTest {
  private static final List<Double> SOME = List.of(1.0, 2.5, 3.0, 1_234.0);

  private final Figures figures =
      new MadeUp()
          .metric(Measure.BYTES_ALONE, 3, SOME, SOME)
          .metric(Measure.TAKEOVER_HOST, 3, SOME, SOME)
          .metric(Measure.PUTS_BUSY, 3, List.of(0.0), List.of(0.0))
          .metric(Measure.CODE_SIZE, 0, SOME, SOME)
          .partition(Partition.LEADER_ISOLATED, 3, 10, 4)
          .partition(Partition.STAR, 3, 0, 10)
          .figures();

  private final String page = Page.of(figures);

  private static Document parsed(String page) throws Exception {
    var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    return builder.parse(new InputSource(new StringReader(page)));
  }

  @Test
  void itIsWellFormed() throws Exception {
    var document = parsed(page);
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("html");
    assertThat(document.getElementsByTagName("svg").getLength()).isGreaterThan(4);
  }

  @Test
  void itNeedsNothingElse() throws Exception {
    assertThat(page)
        .doesNotContainPattern("(?i)(https?:)?//[a-z]")
        .doesNotContain("@import", "url(");
    var all = parsed(page).getElementsByTagName("*");
    assertThat(IntStream.range(0, all.getLength()).mapToObj(all::item))
        .allSatisfy(element -> {
          assertThat(element.getAttributes().getNamedItem("src")).isNull();
          assertThat(element.getAttributes().getNamedItem("href")).isNull();
        })
        .extracting(element -> element.getNodeName())
        .doesNotContain("link", "img", "iframe", "object");
  }

  @Test
  void nothingThatWasMeasuredIsTakenForMarkup() {
    assertThat(page).contains("an&lt;other&gt;", "a&amp;b", "2 &quot;cores&quot;");
    assertThat(page).doesNotContain("an<other>");
  }

  @Test
  void itReadsOnPhonesAndInTheDark() {
    assertThat(page).contains("width=device-width", "prefers-color-scheme: dark");
  }

  @Test
  void itCarriesTheFiguresThemselves() {
    var found = Pattern.compile("id=\"figures\">(.*)</script>").matcher(page);
    assertThat(found.find()).isTrue();
    var json = JsonParser.parseString(found.group(1)).getAsJsonObject();
    assertThat(json.getAsJsonArray("metrics")).hasSize(4);
    assertThat(json.getAsJsonArray("protocols").get(1).getAsString()).isEqualTo(MadeUp.OTHER);
    assertThat(json.getAsJsonArray("metrics").get(0).toString())
        .contains("\"measure\":\"BYTES_ALONE\"", "\"sorted\":[1.0,2.5,3.0,1234.0]");
  }

  @Test
  void whatPartitionsDoIsToldInWords() {
    assertThat(page).contains("never", "4 of 10", "1.20 s");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.3, 0.5", "1, 1", "1.2, 2", "30, 50", "600, 1000", "1000, 1000"})
  void axesHaveRoundSteps(double atLeast, double step) {
    assertThat(Plot.niceStep(atLeast)).isEqualTo(step);
  }
}
