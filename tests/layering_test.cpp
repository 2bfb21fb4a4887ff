// The arrows between the modules, enforced: reads what every source includes, ours and third
// parties', and names the file and line of each include that the tables below do not allow.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tickweir::tests {
namespace {

namespace fs = std::filesystem;

/// What each unit may include besides itself. A unit is a folder, or the vocabulary in book/.
const std::map<std::string_view, std::set<std::string_view>> arrows{
    {"codecs", {}},
    {"book_types", {}},
    {"book", {"book_types"}},
    {"txn/io", {"book_types"}},
    {"txn", {"book_types", "book", "txn/io"}},
    {"store", {"book_types", "book", "txn/io"}},
    {"replay", {"book_types", "book", "codecs"}},
    {"gateway/feeds", {"book_types", "book", "codecs"}},
    {"gateway/shield", {"book_types"}},
    {"gateway",
     {"book_types", "book", "codecs", "store", "txn", "txn/io", "replay", "gateway/feeds",
      "gateway/shield"}},
    {"bench",
     {"book_types", "book", "codecs", "store", "txn", "txn/io", "replay", "gateway/feeds",
      "gateway/shield", "gateway"}},
    {"tests",
     {"book_types", "book", "codecs", "store", "txn", "txn/io", "replay", "gateway/feeds",
      "gateway/shield", "gateway"}},
    {"tests/load", {"book_types", "codecs", "gateway", "bench", "tests"}},
};

const std::set<std::string_view> vocabulary{
    "book/types.hpp",  "book/decimal.hpp", "book/decimal.cpp", "book/ensure.hpp",
    "book/budget.hpp", "book/budget.cpp",  "book/ring.hpp",    "book/byte_ring.hpp"};

/// A third party's headers, told by how their names begin, and where they may appear.
struct ThirdParty {
    std::string_view header;
    std::vector<std::string_view> allowed;  // folders, or files
};

const std::vector<ThirdParty> third_parties{
    {"quickfix/", {"gateway/fix/quickfix/headers.hpp"}},
    {"boost/asio", {"gateway/serve/net"}},
    {"boost/beast", {"gateway/serve/net"}},
    {"spdlog/", {"gateway/log.cpp"}},
    {"toml++/", {"gateway/config"}},
    {"openssl/",
     {"gateway/certificate.cpp", "gateway/fix/password.cpp", "gateway/openssl_error.cpp",
      "gateway/openssl_owned.hpp", "gateway/tls.cpp", "gateway/tls_context.cpp"}},
    {"CLI/", {"gateway/cli.cpp"}},
    {"simdjson", {"codecs/json"}},
    {"pcap", {"replay"}},
    {"zlib.h", {"replay", "txn/io", "store"}},
    {"zstd", {"replay", "txn/io", "store"}},
};

/// Units, and parts of units, that decide: they take bytes and time as arguments, so nothing in
/// them waits.
const std::set<std::string_view> pure{"codecs", "book_types", "book", "gateway/feeds",
                                      "gateway/shield"};
const std::vector<std::string_view> pure_parts{"replay/fix_reader.cpp",
                                               "replay/fix_reader.hpp",
                                               "replay/ip_packet.cpp",
                                               "replay/ip_packet.hpp",
                                               "replay/pacer.hpp",
                                               "replay/tcp_packet.cpp",
                                               "replay/tcp_packet.hpp",
                                               "replay/tcp_reassembly.cpp",
                                               "replay/tcp_reassembly.hpp",
                                               "bench/load/trading/abuse_flow.hpp",
                                               "bench/load/trading/abuse_flow.cpp",
                                               "bench/load/trading/arrivals.hpp",
                                               "bench/load/trading/b3_flow.hpp",
                                               "bench/load/trading/b3_flow.cpp",
                                               "bench/load/trading/client_session.hpp",
                                               "bench/load/trading/client_session.cpp",
                                               "bench/load/trading/memory_verdict.hpp",
                                               "bench/load/trading/memory_verdict.cpp",
                                               "bench/load/trading/order_ids.hpp",
                                               "bench/load/trading/own_orders.hpp",
                                               "bench/load/trading/own_orders.cpp",
                                               "bench/load/trading/proc_text.hpp",
                                               "bench/load/trading/proc_text.cpp",
                                               "bench/load/trading/spike_flow.hpp",
                                               "bench/load/trading/spike_flow.cpp",
                                               "bench/load/trading/statistics.hpp",
                                               "bench/load/trading/statistics.cpp",
                                               "gateway/admin/admin_api.hpp",
                                               "gateway/admin/admin_api.cpp",
                                               "gateway/admin/sessions_json.hpp",
                                               "gateway/admin/sessions_json.cpp",
                                               "gateway/admin/admin_desk.hpp",
                                               "gateway/admin/venue_actions.hpp",
                                               "gateway/admin/venue_actions.cpp",
                                               "gateway/admin/venue_admin.hpp",
                                               "gateway/admin/venue_admin.cpp",
                                               "gateway/fix/accept_gate.hpp",
                                               "gateway/fix/accept_gate.cpp",
                                               "gateway/fix/ahead_frames.hpp",
                                               "gateway/fix/application.hpp",
                                               "gateway/fix/frame_vet.hpp",
                                               "gateway/fix/frame_vet.cpp",
                                               "gateway/fix/logon_check.hpp",
                                               "gateway/fix/logon_check.cpp",
                                               "gateway/fix/market_data",
                                               "gateway/fix/message_types.hpp",
                                               "gateway/fix/number_blocks.hpp",
                                               "gateway/fix/number_reserve.hpp",
                                               "gateway/fix/orders",
                                               "gateway/fix/refusal.hpp",
                                               "gateway/fix/report_place.hpp",
                                               "gateway/fix/report_place.cpp",
                                               "gateway/fix/resume_numbers.cpp",
                                               "gateway/fix/resend_plan.hpp",
                                               "gateway/fix/resend_plan.cpp",
                                               "gateway/fix/tick_wheel.hpp",
                                               "gateway/fix/wire_text.hpp",
                                               "gateway/fix/wire_text.cpp",
                                               "gateway/replica",
                                               "gateway/serve/api",
                                               "gateway/venue/account_view.hpp",
                                               "gateway/venue/account_view.cpp",
                                               "gateway/venue/control_words.hpp",
                                               "gateway/venue/input_delay.hpp",
                                               "gateway/venue/queued_requests.hpp",
                                               "gateway/venue/queued_requests.cpp",
                                               "gateway/venue/venue_intake.hpp",
                                               "gateway/venue/venue_intake.cpp",
                                               "gateway/venue/venue_link.hpp",
                                               "gateway/venue/venue_load.hpp",
                                               "gateway/venue/venue_load.cpp",
                                               "gateway/serve/hub.cpp",
                                               "gateway/serve/hub.hpp",
                                               "gateway/serve/hub",
                                               "gateway/fix/base64.hpp",
                                               "gateway/fix/base64.cpp",
                                               "gateway/fix/journal_format.hpp",
                                               "gateway/fix/journal_format.cpp",
                                               "gateway/fix/journal_index.hpp",
                                               "gateway/fix/lockout.hpp",
                                               "gateway/fix/lockout.cpp",
                                               "gateway/fix/password.hpp",
                                               "gateway/fix/password.cpp",
                                               "gateway/fix/schedule.hpp",
                                               "gateway/fix/schedule.cpp",
                                               "gateway/fix/store_types.hpp",
                                               "gateway/metrics/tick_fit.cpp",
                                               "gateway/play/message_archive.hpp",
                                               "gateway/play/message_archive.cpp",
                                               "gateway/play/mold_stream.hpp",
                                               "gateway/play/mold_stream.cpp",
                                               "gateway/play/faulty_line.hpp",
                                               "gateway/play/feed_line.hpp",
                                               "gateway/play/feed_line.cpp",
                                               "gateway/play/stalls.hpp",
                                               "gateway/play/rerequest_server.hpp",
                                               "gateway/play/rerequest_server.cpp",
                                               "gateway/play/soup_session.hpp",
                                               "gateway/play/soup_session.cpp",
                                               "gateway/play/venue/book_text.hpp",
                                               "gateway/play/venue/book_text.cpp",
                                               "gateway/play/venue/capture_market.hpp",
                                               "gateway/play/venue/capture_market.cpp",
                                               "gateway/play/venue/catalog.hpp",
                                               "gateway/play/venue/catalog.cpp",
                                               "gateway/play/venue/client_queue.hpp",
                                               "gateway/play/venue/dialect.hpp",
                                               "gateway/play/venue/dialect.cpp",
                                               "gateway/play/venue/dialect_binance.cpp",
                                               "gateway/play/venue/dialect_coinbase.cpp",
                                               "gateway/play/venue/dialect_kraken.cpp",
                                               "gateway/play/venue/dialect_others.cpp",
                                               "gateway/play/venue/exchange.hpp",
                                               "gateway/play/venue/exchange.cpp",
                                               "gateway/play/venue/frame_label.hpp",
                                               "gateway/play/venue/frame_label.cpp",
                                               "gateway/play/venue/frame_text.hpp",
                                               "gateway/play/venue/frame_text.cpp",
                                               "gateway/play/venue/rest_request.hpp",
                                               "gateway/play/venue/rest_request.cpp",
                                               "gateway/play/venue/talk.hpp",
                                               "gateway/play/venue/topic.hpp",
                                               "gateway/record/taken.hpp",
                                               "gateway/record/hole_watch.hpp",
                                               "gateway/record/hole_watch.cpp",
                                               "txn/log/format.hpp",
                                               "txn/log/format.cpp",
                                               "txn/log/log_end.hpp",
                                               "txn/log/log_end.cpp",
                                               "txn/log/lsn.hpp",
                                               "txn/log/record_source.hpp",
                                               "txn/log/tail_judge.hpp",
                                               "txn/log/tail_judge.cpp"};
constexpr std::array impure_headers = std::to_array<std::string_view>(
    {"thread",       "mutex",       "shared_mutex",  "condition_variable", "future",
     "semaphore",    "latch",       "barrier",       "stop_token",         "pthread.h",
     "sys/socket.h", "sys/epoll.h", "sys/eventfd.h", "netinet/",           "arpa/",
     "netdb.h",      "poll.h",      "unistd.h",      "boost/asio",         "boost/beast",
     "spdlog/",      "quickfix/"});
constexpr std::array file_headers = std::to_array<std::string_view>(
    {"fstream", "filesystem", "fcntl.h", "txn/io/file.hpp", "txn/io/files.hpp",
     "txn/io/posix_files.hpp", "txn/io/write_beside.hpp"});
constexpr std::array clock_reads = std::to_array<std::string_view>(
    {"system_clock::now", "steady_clock::now", "high_resolution_clock::now", "clock_gettime",
     "gettimeofday"});

bool lies_in(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// The unit a path belongs to: the longest that fits.
std::optional<std::string_view> unit_of(std::string_view path) {
    if (vocabulary.contains(path) || lies_in(path, "book/exact")) return "book_types";
    std::optional<std::string_view> best;
    for (const auto& [unit, lower] : arrows) {
        if (lies_in(path, unit) && (!best || unit.size() > best->size())) best = unit;
    }
    return best;
}

struct Include {
    bool quoted;
    std::string_view header;
};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    return first == text.npos ? std::string_view{} : text.substr(first);
}

std::optional<Include> include_in(std::string_view line) {
    line = trimmed(line);
    if (!line.starts_with('#')) return std::nullopt;
    line = trimmed(line.substr(1));
    constexpr std::string_view word = "include";
    if (!line.starts_with(word)) return std::nullopt;
    line = trimmed(line.substr(word.size()));
    if (line.empty() || (line[0] != '"' && line[0] != '<')) return std::nullopt;
    const bool quoted = line[0] == '"';
    return Include{quoted, line.substr(1, line.find(quoted ? '"' : '>', 1) - 1)};
}

bool arrow_allowed(std::string_view from, const Include& include) {
    const auto to = unit_of(include.header);
    if (!to) return !include.quoted;  // A quoted name begins with one of our folders.
    return *to == from || arrows.at(from).contains(*to);
}

bool third_party_allowed(std::string_view path, std::string_view header) {
    return std::ranges::all_of(third_parties, [&](const ThirdParty& party) {
        return !header.starts_with(party.header) ||
               std::ranges::any_of(party.allowed, [&](auto place) { return lies_in(path, place); });
    });
}

/// An impure name that ends in a slash or names a library stands for all that begins with it.
bool impure(std::string_view header) {
    if (std::ranges::find(file_headers, header) != file_headers.end()) return true;
    return std::ranges::any_of(impure_headers, [&](std::string_view name) {
        const bool is_prefix = name.ends_with('/') || name.starts_with("boost/");
        return is_prefix ? header.starts_with(name) : header == name;
    });
}

bool is_pure(std::string_view path, std::string_view unit) {
    return pure.contains(unit) ||
           std::ranges::any_of(pure_parts, [&](auto part) { return lies_in(path, part); });
}

bool line_allowed(std::string_view path, std::string_view unit, std::string_view line) {
    const bool is_product = unit != "tests" && unit != "bench";
    if (const auto include = include_in(line)) {
        return arrow_allowed(unit, *include) &&
               (!is_product || third_party_allowed(path, include->header)) &&
               (!is_pure(path, unit) || !impure(include->header));
    }
    if (!is_pure(path, unit)) return true;
    const auto code = line.substr(0, line.find("//"));
    return std::ranges::none_of(clock_reads,
                                [&](auto clock) { return code.find(clock) != code.npos; });
}

/// Every line of the tree under `root` that breaks a rule, as `path:line: text`, in order.
std::vector<std::string> violations(const fs::path& root) {
    std::vector<std::string> found;
    for (const auto* const folder :
         {"bench", "book", "codecs", "gateway", "replay", "store", "tests", "txn"}) {
        if (!fs::exists(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator{root / folder}) {
            const auto extension = entry.path().extension();
            if (extension != ".hpp" && extension != ".cpp") continue;
            const std::string path = entry.path().lexically_relative(root).generic_string();
            const std::string_view unit = unit_of(path).value();
            std::ifstream source{entry.path()};
            int number = 0;
            for (std::string line; std::getline(source, line);) {
                ++number;
                if (line_allowed(path, unit, line)) continue;
                found.push_back(path + ':' + std::to_string(number) + ": " + line);
            }
        }
    }
    std::ranges::sort(found);
    return found;
}

/// What `violations` says of a tree that holds one file.
std::vector<std::string> violations_of(const std::string& path, const std::string& text) {
    std::string name = (fs::temp_directory_path() / "tickweir-layering-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return {"no temporary directory"};
    const fs::path root{name};
    fs::create_directories((root / path).parent_path());
    std::ofstream{root / path} << text;
    auto found = violations(root);
    fs::remove_all(root);
    return found;
}

using Lines = std::vector<std::string>;

TEST(Layering, HoldsInThisTree) {
    EXPECT_EQ(violations(TICKWEIR_SOURCE), Lines{});
}

TEST(Layering, SeesTheSourcesOfThisTree) {
    EXPECT_TRUE(fs::exists(fs::path{TICKWEIR_SOURCE} / "book/types.hpp"));
    EXPECT_EQ(unit_of("book/types.hpp"), "book_types");
    EXPECT_EQ(unit_of("book/order_book.hpp"), "book");
    EXPECT_EQ(unit_of("txn/io/file.hpp"), "txn/io");
    EXPECT_EQ(unit_of("txn/engine.cpp"), "txn");
    EXPECT_EQ(unit_of("gateway/feeds/itch.cpp"), "gateway/feeds");
    EXPECT_EQ(unit_of("gateway/main.cpp"), "gateway");
    EXPECT_EQ(unit_of("booking/x.hpp"), std::nullopt);
}

TEST(Layering, NamesFileAndLineOfAForbiddenArrow) {
    EXPECT_EQ(violations_of("book/depth.cpp",
                            "// Depth.\n#include <vector>\n"
                            "#include \"codecs/itch/messages.hpp\"\n"),
              Lines{"book/depth.cpp:3: #include \"codecs/itch/messages.hpp\""});
}

TEST(Layering, RefusesEveryArrowThatIsNotDrawn) {
    for (const auto& [from, lower] : arrows) {
        for (const auto& [to, unused] : arrows) {
            if (from == "book_types" || to == "book_types") continue;
            const auto line = "#include \"" + std::string{to} + "/x.hpp\"";
            const bool drawn = from == to || lower.contains(to);
            EXPECT_EQ(violations_of(std::string{from} + "/y.cpp", line).empty(), drawn)
                << from << " to " << to;
        }
    }
}

TEST(Layering, DrawsTheArrowsOfTheModules) {
    const auto allows = [](const std::string& path, const std::string& header) {
        return violations_of(path, "#include \"" + header + "\"\n").empty();
    };
    EXPECT_TRUE(allows("store/candles.cpp", "txn/io/file.hpp"));
    EXPECT_FALSE(allows("store/candles.cpp", "txn/engine.hpp"));
    EXPECT_FALSE(allows("txn/io/file.cpp", "txn/engine.hpp"));
    EXPECT_TRUE(allows("txn/io/file.cpp", "book/ensure.hpp"));
    EXPECT_FALSE(allows("txn/io/file.cpp", "book/order_book.hpp"));
    EXPECT_FALSE(allows("codecs/bytes.hpp", "book/types.hpp"));
    EXPECT_FALSE(allows("book/types.hpp", "book/order_book.hpp"));
    EXPECT_FALSE(allows("replay/pcap.cpp", "gateway/feeds/itch.hpp"));
    EXPECT_FALSE(allows("gateway/feeds/itch.cpp", "gateway/config.hpp"));
    EXPECT_FALSE(allows("gateway/main.cpp", "tests/support/seed.hpp"));
    EXPECT_FALSE(allows("tests/book/x_test.cpp", "bench/books.hpp"));
    EXPECT_FALSE(allows("bench/books.cpp", "tests/support/seed.hpp"));
}

TEST(Layering, RefusesOurHeadersByAnyOtherName) {
    EXPECT_EQ(violations_of("book/depth.cpp", "#include \"depth.hpp\"").size(), 1u);
    EXPECT_EQ(violations_of("book/depth.cpp", "#include \"../codecs/bytes.hpp\"").size(), 1u);
    EXPECT_EQ(violations_of("book/depth.cpp", "  #  include <codecs/bytes.hpp>").size(), 1u);
}

TEST(Layering, KeepsThirdPartiesInTheirPlaces) {
    for (const auto& [header, allowed] : third_parties) {
        const auto line = "#include <" + std::string{header} + "x.h>";
        EXPECT_EQ(violations_of("book/x.cpp", line).size(), 1u) << header;
        EXPECT_EQ(violations_of("txn/x.cpp", line).size(), 1u) << header;
        EXPECT_TRUE(violations_of("tests/x.cpp", line).empty()) << header;
        for (const std::string_view place : allowed) {
            const std::string file{place};
            EXPECT_TRUE(
                violations_of(file.ends_with(".cpp") ? file : file + "/x.cpp", line).empty())
                << header << " in " << file;
        }
    }
    EXPECT_EQ(violations_of("codecs/fix/x.cpp", "#include <simdjson.h>").size(), 1u);
    EXPECT_EQ(violations_of("gateway/config.cpp", "#include <CLI/CLI.hpp>").size(), 1u);
    EXPECT_EQ(violations_of("gateway/serve/x.cpp", "#include <zlib.h>").size(), 1u);
}

TEST(Layering, KeepsThreadsSocketsClocksAndFilesOutOfWhatDecides) {
    for (const std::string file : {"gateway/feeds/x.cpp", "gateway/shield/x.hpp", "codecs/x.hpp",
                                   "book/x.hpp", "txn/log/format.hpp", "txn/log/tail_judge.cpp"}) {
        const auto expect_refused = [&](std::string_view header) {
            const auto line = "#include <" + std::string{header} + ">";
            EXPECT_EQ(violations_of(file, line).size(), 1u) << file << ' ' << header;
        };
        std::ranges::for_each(impure_headers, expect_refused);
        std::ranges::for_each(file_headers, expect_refused);
        for (const std::string_view clock : clock_reads) {
            const auto line = "auto now = " + std::string{clock} + "();";
            EXPECT_EQ(violations_of(file, line).size(), 1u) << file << ' ' << clock;
        }
        EXPECT_TRUE(violations_of(file, "#include <chrono>\n// Never steady_clock::now.").empty());
    }
    EXPECT_TRUE(violations_of("gateway/roles.cpp", "#include <thread>").empty());
    EXPECT_TRUE(violations_of("txn/log/log_reader.hpp", "#include \"txn/io/files.hpp\"").empty());
}

}  // namespace
}  // namespace tickweir::tests
