// Anything that a venue sends, and any trouble with it, as a client's session meets it: the first
// byte names the venue, then come lines. `0...` and `1...` are texts over one of two connections,
// `o` opens and `c` loses what is to be opened, `aN` answers a question with the status N, `f`
// fails it, `wSYMBOL` and `rSYMBOL` are wishes of books, `t` lets time pass. Whatever comes, the
// session asks for no more than it may, does nothing for a connection that is not there, and is
// due again.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/ensure.hpp"
#include "gateway/feeds/venue_session/venue_session.hpp"

namespace {

using namespace tickweir;
using namespace tickweir::gateway;
using book::ensure;

constexpr std::uint32_t questions_max = 2;

enum class Line : std::uint8_t { closed, opening, open };

struct Bench {
    VenueSession session;
    std::array<Line, 2> lines{Line::closed, Line::closed};
    std::vector<std::uint64_t> questions;
    std::uint64_t asked = 0;
    book::TimeNs now{};

    void act() {
        for (const SessionAction& action : session.take_actions()) {
            ensure(action.connection < session.connections());
            Line& line = lines[action.connection];
            switch (action.kind) {
                case SessionAction::Kind::open:
                    ensure(line == Line::closed);
                    line = Line::opening;
                    break;
                case SessionAction::Kind::close:
                    ensure(line != Line::closed && !action.text.empty());
                    line = Line::closed;
                    break;
                case SessionAction::Kind::send:
                    ensure(line == Line::open && !action.text.empty());
                    break;
                case SessionAction::Kind::ping:
                    ensure(line == Line::open);
                    break;
                case SessionAction::Kind::ask:
                    ensure(line == Line::open && action.text.starts_with('/'));
                    questions.push_back(action.question);
                    break;
                case SessionAction::Kind::cancel:
                    std::erase(questions, action.question);
                    break;
                case SessionAction::Kind::warn:
                    ensure(!action.text.empty() && action.text.size() < 512);
                    break;
            }
        }
        ensure(questions.size() <= questions_max);
    }

    void take(char kind, std::string_view text) {
        const std::uint32_t connection = kind == '1' && session.connections() == 2 ? 1 : 0;
        Line& line = lines[connection];
        switch (kind) {
            case '0':
            case '1':
                if (line == Line::open) session.on_text(connection, text, now);
                break;
            case 'o':
                for (std::uint32_t i = 0; i < session.connections(); ++i)
                    if (lines[i] == Line::opening) {
                        lines[i] = Line::open;
                        session.on_open(i, now);
                    }
                break;
            case 'c':
                if (line == Line::closed) break;
                line = Line::closed;
                session.on_closed(connection, now);
                break;
            case 'a':
            case 'f':
                answer(kind == 'a', text);
                break;
            case 'w':
                session.on_snapshot_wanted(text, now);
                session.on_reconnect_wanted(static_cast<std::uint32_t>(text.size() % 4), now);
                break;
            case 'r':
                session.on_resubscribe_wanted(text, now);
                break;
            default:
                now += std::chrono::seconds{7};
        }
    }

    void answer(bool came, std::string_view rest) {
        // Also one that nobody asked.
        const std::uint64_t question = questions.empty() ? 77 : questions.front();
        if (!questions.empty()) questions.erase(questions.begin());
        if (!came) return session.on_question_failed(question, rest, now);
        unsigned status = 200;
        std::from_chars(rest.data(), rest.data() + rest.size(), status);
        const bool is_ours = session.connection_of(question).has_value();
        const SnapshotOutcome outcome = session.on_answer(question, status, 3, now);
        ensure(is_ours == (outcome != SnapshotOutcome::foreign));
    }
};

VenueSessionSettings settings_of(codecs::json::VenueId venue, bool split) {
    VenueSessionSettings settings{.venue = venue, .symbols = {"ACME", "BOLT", "CORE"}};
    settings.streams_per_connection = split ? 4 : 0;
    settings.snapshots.in_flight = questions_max;
    return settings;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto venue =
        static_cast<codecs::json::VenueId>((data[0] & 0x7fU) % codecs::json::venue_names.size());
    Bench bench{.session = {settings_of(venue, (data[0] & 0x80) != 0), 7, book::TimeNs{}}};
    ensure(bench.session.connections() <= 2);
    std::string_view rest{reinterpret_cast<const char*>(data + 1), size - 1};
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        // A copy of its own, so that reading beyond the padding is seen.
        std::string line{rest.substr(0, end)};
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.empty()) continue;
        const std::size_t length = line.size();
        line.append(codecs::json::text_padding, ' ');
        const std::string_view text = std::string_view{line}.substr(1, length - 1);
        bench.now += std::chrono::milliseconds{120};
        bench.take(line[0], text);
        bench.act();
        bench.session.on_tick(bench.now);
        bench.act();
        const VenueSessionCounts counts = bench.session.counts();
        ensure(counts.open <= 2 && counts.streams <= 6 && counts.refused <= 6);
        ensure(bench.session.next_due().has_value());
    }
    return 0;
}
