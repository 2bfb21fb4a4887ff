#include "tests/support/venue_script.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/any_venue.hpp"
#include "tests/support/naive_amounts.hpp"
#include "tests/support/venue_checks.hpp"
#include "tests/support/venue_script_parser.hpp"
#include "tests/support/venue_stream.hpp"
#include "tests/support/venue_text.hpp"

namespace tickweir::tests {

using txn::Side;

namespace {

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return std::string{text.substr(first, text.find_last_not_of(" \t") - first + 1)};
}

std::vector<std::string> split(std::string_view text, char by) {
    std::vector<std::string> parts;
    std::istringstream stream{std::string{text}};
    for (std::string part; std::getline(stream, part, by);)
        parts.push_back(trimmed(part));
    return parts;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : "; ") + part;
    return text;
}

struct Line {
    int number = 0;
    std::string text;
    bool has_answer = false;
    std::vector<std::string> answer;
};

/// Lines with the answers behind their arrows; `set` lines change the settings.
std::vector<Line> lines_of(std::string_view script, txn::VenueSettings& settings, bool& funded) {
    std::vector<Line> lines;
    int number = 0;
    for (const std::string& whole : split(script, '\n')) {
        ++number;
        const auto arrow = whole.find("->");
        const std::string left = trimmed(std::string_view{whole}.substr(0, arrow));
        if (!left.empty()) {
            Words words{left};
            if (words.take_if("set")) {
                if (words.peek() == "unfunded")
                    funded = false;
                else
                    apply_setting(words, settings);
                continue;
            }
            lines.push_back({number, left, false, {}});
        }
        if (arrow == whole.npos || lines.empty()) continue;
        lines.back().has_answer = true;
        for (std::string& part : split(std::string_view{whole}.substr(arrow + 2), ';')) {
            if (!part.empty()) lines.back().answer.push_back(std::move(part));
        }
    }
    return lines;
}

/// One venue that is told the lines of a script.
class Stage {
public:
    Stage(const txn::VenueSettings& settings, std::unique_ptr<AnyVenue> venue)
        : settings_{settings},
          venue_{std::move(venue)},
          parser_{settings},
          text_{settings},
          checks_{settings} {}

    void fund() {
        for (std::uint32_t account = 1; account < settings_.accounts.size(); ++account) {
            for (std::uint32_t asset = 0; asset < settings_.assets.size(); ++asset) {
                txn::Command command;
                command.body = txn::Deposit{txn::AccountId{account}, txn::AssetId{asset},
                                            1'000'000 * ten_to(18)};
                execute(command);
            }
        }
    }

    /// What the line is answered.
    std::vector<std::string> answer(const std::string& line) {
        Words words{line};
        if (words.take_if("at")) {
            time_ = VenueScriptParser::time(words.take());
            return {};
        }
        if (words.take_if("drain")) return drain();
        if (auto told = question(words)) return {*told};
        txn::Command command;
        if (const auto session = words.take_number_of('S'))
            command.envelope.session = txn::SessionId{*session};
        const bool names_session = line.starts_with('S');
        if (words.take_if("deadline"))
            command.envelope.deadline = VenueScriptParser::time(words.take());
        std::optional<txn::AccountId> account;
        if (const auto number = words.take_number_of('A')) {
            account = txn::AccountId{*number};
            if (!names_session) command.envelope.session = txn::SessionId{*number};
        }
        command.body = parser_.body(words, account);
        if (!words.empty()) throw std::invalid_argument{"'" + words.peek() + "' is too much"};
        return execute(command);
    }

private:
    std::vector<std::string> execute(txn::Command& command) {
        command.envelope.time = time_;
        command.envelope.arrived = time_;
        command.envelope.sequence = ++sequence_;
        venue_->execute(command, said_);
        EXPECT_EQ(checks_.after(command, said_, *venue_), "") << text_.command(command);
        std::vector<std::string> texts;
        for (const txn::Event& event : said_.events)
            texts.push_back(text_.brief(event));
        return texts;
    }

    std::vector<std::string> drain() {
        std::vector<std::string> all;
        while (venue_->continuation_pending()) {
            txn::Command command;
            command.body = txn::Continue{};
            for (std::string& text : execute(command))
                all.push_back(std::move(text));
        }
        return all;
    }

    txn::InstrumentId meant(Words& words) const {
        return words.take_if("on") ? parser_.instrument(words.take()) : txn::InstrumentId{};
    }

    std::optional<std::string> question(Words& words) const {
        if (words.take_if("pending")) return venue_->continuation_pending() ? "yes" : "no";
        if (words.take_if("open")) return std::to_string(venue_->open_orders());
        if (words.take_if("bids")) return levels(meant(words), Side::buy);
        if (words.take_if("asks")) return levels(meant(words), Side::sell);
        if (words.take_if("state")) return name_of(venue_->market_state(meant(words)));
        if (words.take_if("queue")) {
            const Side side = words.take() == "bids" ? Side::buy : Side::sell;
            return queue(meant(words), side);
        }
        Words behind = words;
        if (const auto account = behind.take_number_of('A'))
            return of_account(txn::AccountId{*account}, behind);
        return std::nullopt;
    }

    std::optional<std::string> of_account(txn::AccountId account, Words& words) const {
        if (words.take_if("has")) {
            const NaiveBalance has = venue_->balance(account, parser_.asset(words.take()));
            return VenueText::amount(has.total) +
                   (has.held == 0 ? "" : ", " + VenueText::amount(has.held) + " held");
        }
        if (words.take_if("position")) {
            const txn::InstrumentId id = meant(words);
            const NaivePosition has = venue_->position(account, id);
            return text_.quantity(id, has.quantity) + ", cost " + VenueText::amount(has.cost) +
                   ", realized " + VenueText::amount(has.realized);
        }
        if (words.take_if("exposure")) {
            const txn::Exposure has = venue_->exposure(account);
            return std::to_string(has.open_orders) + " orders of " +
                   VenueText::amount(has.open_notional) + ", unrealized " +
                   VenueText::amount(has.unrealized);
        }
        return std::nullopt;
    }

    std::string levels(txn::InstrumentId id, Side side) const {
        std::vector<book::Level> levels;
        for (const auto& [view, shown] : venue_->resting(id, side)) {
            if (levels.empty() || levels.back().price != view.price)
                levels.push_back({view.price, {}, 0});
            levels.back().open = levels.back().open + shown;
            ++levels.back().order_count;
        }
        std::string text;
        for (const book::Level& level : levels) {
            text += (text.empty() ? "" : ", ") + text_.price(id, level.price) + " x " +
                    text_.quantity(id, level.open) + " (" + std::to_string(level.order_count) + ")";
        }
        return text.empty() ? "none" : text;
    }

    std::string queue(txn::InstrumentId id, Side side) const {
        std::string text;
        for (const auto& [view, shown] : venue_->resting(id, side)) {
            text += (text.empty() ? "" : ", ") + std::string{view.client_id.view()} + " shows " +
                    text_.quantity(id, shown) + " of " + text_.quantity(id, view.leaves);
        }
        return text.empty() ? "none" : text;
    }

    const txn::VenueSettings& settings_;
    std::unique_ptr<AnyVenue> venue_;
    VenueScriptParser parser_;
    VenueText text_;
    VenueChecks checks_;
    txn::Outcome said_;
    txn::TimeNs time_;
    std::uint64_t sequence_ = 0;
};

bool refuses(const std::string& answer) {
    return answer.starts_with("rejected") || answer.starts_with("refused");
}

void run(const char* who, Stage stage, const std::vector<Line>& lines, int first_line,
         bool funded) {
    if (funded) stage.fund();
    for (const Line& line : lines) {
        const std::vector<std::string> said = stage.answer(line.text);
        const bool is_right =
            line.has_answer ? said == line.answer : std::ranges::none_of(said, refuses);
        if (is_right) continue;
        ADD_FAILURE() << who << ", line " << first_line + line.number - 1 << ": " << line.text
                      << "\n  expected: " << (line.has_answer ? joined(line.answer) : "no refusal")
                      << "\n  said:     " << joined(said);
        return;
    }
}

}  // namespace

void check(std::string_view script, std::source_location where) {
    const testing::ScopedTrace trace{where.file_name(), static_cast<int>(where.line()),
                                     "this script"};
    try {
        txn::VenueSettings settings = small_venue();
        for (txn::InstrumentSettings& instrument : settings.instruments)
            instrument.price_decimals = 2;
        bool funded = true;
        const std::vector<Line> lines = lines_of(script, settings, funded);
        ASSERT_EQ(txn::fault_of(settings), "");
        const int first = static_cast<int>(where.line());
        run("venue", {settings, std::make_unique<VenueOf<txn::Venue>>(settings)}, lines, first,
            funded);
        run("twin", {settings, std::make_unique<VenueOf<NaiveVenue>>(settings)}, lines, first,
            funded);
    } catch (const std::exception& wrong) {
        ADD_FAILURE() << "not a script: " << wrong.what();
    }
}

}  // namespace tickweir::tests
