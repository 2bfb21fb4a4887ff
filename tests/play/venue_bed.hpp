// A local exchange without sockets, and clients of it that keep books of what they are sent.
#pragma once

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "codecs/json/decimal_text.hpp"
#include "gateway/feeds/json_books.hpp"
#include "gateway/play/venue/exchange.hpp"
#include "gateway/play/venue/paced_json.hpp"
#include "replay/json_capture.hpp"

namespace tickweir::gateway::venue {

/// A line of a capture that owns its text, with room behind it.
struct OwnedLine {
    replay::JsonLineKind kind{};
    book::TimeNs time;
    std::string target;
    std::string text;
    std::size_t length = 0;
    std::uint64_t offset = 0;

    replay::JsonLine line() const {
        replay::JsonLine made;
        made.kind = kind;
        made.time = time;
        made.target = target;
        made.text = std::string_view{text}.substr(0, length);
        made.offset = offset;
        return made;
    }
};

struct LoadedCapture {
    codecs::json::VenueId venue{};
    std::vector<OwnedLine> lines;
    std::optional<Catalog> catalog;
};

inline LoadedCapture load_capture(const std::filesystem::path& path) {
    LoadedCapture loaded;
    auto capture = replay::JsonCapture::open(path);
    EXPECT_TRUE(capture) << (capture ? "" : capture.error());
    if (!capture) return loaded;
    loaded.venue = capture->venue();
    replay::JsonLine line;
    while (capture->next(line) == replay::CaptureStatus::block) {
        OwnedLine owned{
            line.kind,        line.time,  std::string{line.target}, std::string{line.text},
            line.text.size(), line.offset};
        owned.text.append(replay::JsonCapture::padding, ' ');
        loaded.lines.push_back(std::move(owned));
    }
    auto catalog = survey(path, std::nullopt);
    EXPECT_TRUE(catalog);
    if (catalog) loaded.catalog.emplace(std::move(*catalog));
    return loaded;
}

/// A capture written by hand: the lines behind that of the venue.
inline LoadedCapture write_capture(const std::string& venue, const std::string& lines) {
    const std::filesystem::path path =
        std::filesystem::path{::testing::TempDir()} /
        ("venue_" + std::string{::testing::UnitTest::GetInstance()->current_test_info()->name()} +
         "_" + venue + ".jsonl");
    std::ofstream{path} << "# venue: " << venue << "\n" << lines;
    LoadedCapture loaded = load_capture(path);
    std::filesystem::remove(path);
    return loaded;
}

/// One connection: what came over it as text, and the books that follow from it.
class BedClient {
public:
    BedClient(Exchange& exchange, codecs::json::VenueId venue, std::string_view target,
              book::TimeNs now)
        : exchange_{exchange}, id_{*exchange.open(target, now)}, books_{options_of(venue)} {
        books_.on_connected(0);
    }

    void send(std::string_view text, book::TimeNs now) {
        exchange_.on_message(id_, text, now);
        take(now);
    }

    /// Takes all that waits for it; frames that came since are also kept as text.
    std::vector<std::string> take(book::TimeNs now) {
        std::string bytes;
        std::array<iovec, 3> pieces{};
        for (std::size_t count = exchange_.gather(id_, pieces); count > 0;
             count = exchange_.gather(id_, pieces)) {
            std::size_t sum = 0;
            for (std::size_t i = 0; i < count; ++i) {
                bytes.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
                sum += pieces[i].iov_len;
            }
            exchange_.sent(id_, sum, now);
        }
        std::vector<std::string> frames = frames_in(bytes);
        for (std::string& frame : frames) {
            const std::size_t length = frame.size();
            frame.append(codecs::json::text_padding, ' ');
            static_cast<void>(books_.apply_frame(0, std::string_view{frame}.substr(0, length), now,
                                                 NoJsonListener{}));
            frame.resize(length);
        }
        return frames;
    }

    /// Asks for a book over HTTP; empty: it comes later.
    std::string get(const std::string& target, book::TimeNs now) {
        const auto response = exchange_.handle({"GET", target, {}}, PendingAnswer{++pending_}, now);
        if (!response) return {};
        answer(target, response->body, now);
        return response->body;
    }
    void answer(const std::string& target, std::string body, book::TimeNs now) {
        const std::size_t length = body.size();
        body.append(codecs::json::text_padding, ' ');
        static_cast<void>(books_.apply_answer(0, target, std::string_view{body}.substr(0, length),
                                              now, NoJsonListener{}));
    }

    ClientId id() const { return id_; }
    const JsonBooks& books() const { return books_; }

    static JsonBooksOptions options_of(codecs::json::VenueId venue) {
        JsonBooksOptions options;
        options.venue = venue;
        return options;
    }

private:
    static std::vector<std::string> frames_in(std::string_view bytes) {
        std::vector<std::string> frames;
        while (!bytes.empty()) {
            EXPECT_EQ(static_cast<unsigned char>(bytes[0]), 0x81U);
            std::size_t length = static_cast<unsigned char>(bytes[1]);
            std::size_t extra = length < 126 ? 0 : length == 126 ? 2 : 8;
            if (extra > 0) length = 0;
            for (std::size_t i = 0; i < extra; ++i)
                length = length << 8U | static_cast<unsigned char>(bytes[2 + i]);
            bytes.remove_prefix(2 + extra);
            frames.emplace_back(bytes.substr(0, length));
            bytes.remove_prefix(length);
        }
        return frames;
    }

    Exchange& exchange_;
    ClientId id_;
    JsonBooks books_;
    std::uint64_t pending_ = 0;
};

/// Both sides, best first, or that it is not in sync.
inline std::string book_text(const JsonBooks& books, std::string_view symbol) {
    const auto index = books.instruments().find(symbol);
    if (!index) return "unknown";
    const JsonInstrument& instrument = books.instruments()[*index];
    if (instrument.state() != SyncState::in_sync) return "not in sync";
    std::string text;
    for (const book::Side side : {book::Side::buy, book::Side::sell}) {
        text += side == book::Side::buy ? "bids" : " asks";
        for (const book::Level& level : instrument.book().levels(side)) {
            text += ' ';
            codecs::json::append_fixed(text, level.price.ticks, instrument.price_decimals, 0);
            text += 'x';
            codecs::json::append_fixed(text, level.open.lots, instrument.quantity_decimals, 0);
        }
    }
    return text;
}

}  // namespace tickweir::gateway::venue
