#include "tests/codecs/mold_script.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tickweir::tests {

using codecs::Alpha;
using codecs::Bytes;
using codecs::mold::Event;
using codecs::mold::EventKind;

Buffer mold_message(std::string_view session, std::uint64_t sequence) {
    const codecs::be64 number{sequence};
    Buffer message = copy_of(codecs::as_bytes(number));
    message[0] = static_cast<std::byte>(session.front());
    message.resize(8 + sequence % 7, std::byte{0x5A});
    return message;
}

Buffer mold_packet(std::string_view session, std::uint64_t sequence, std::uint64_t count) {
    Buffer out = untouched(65'536);
    codecs::mold::PacketWriter writer{out, Alpha<10>{session}, sequence};
    for (std::uint64_t i = 0; i < count; ++i) {
        EXPECT_TRUE(writer.append(mold_message(session, sequence + i)));
    }
    return copy_of(writer.finish());
}

Buffer mold_end(std::string_view session, std::uint64_t sequence) {
    Buffer out = untouched(20);
    codecs::mold::PacketWriter writer{out, Alpha<10>{session}, sequence};
    return copy_of(writer.finish_session());
}

namespace {

std::string range_text(std::uint64_t begin, std::uint64_t count) {
    return count == 1 ? std::to_string(begin)
                      : std::to_string(begin) + "-" + std::to_string(begin + count - 1);
}

}  // namespace

std::string text_of(const Event& event) {
    const std::string at = std::to_string(event.sequence);
    switch (event.kind) {
        case EventKind::session:
            return "session " + std::string{event.session.view()};
        case EventKind::messages:
            return "messages " + range_text(event.sequence, event.count);
        case EventKind::filled:
            return "filled " + range_text(event.sequence, event.count);
        case EventKind::frozen:
            return "frozen at " + at + ", missing " + std::to_string(event.count);
        case EventKind::live:
            return "live at " + at;
        case EventKind::lost:
            return "lost " + range_text(event.sequence, event.count);
        case EventKind::ended:
            return "ended at " + at;
    }
    return "?";
}

std::string text_of(const codecs::mold::OutgoingRequest& out) {
    return "ask " + std::to_string(out.server) + " for " +
           range_text(out.request.sequence, out.request.count);
}

void MoldScript::line(std::uint32_t line, std::uint64_t sequence, std::uint64_t count) {
    raw_line(line, mold_packet(session, sequence, count));
}

void MoldScript::end(std::uint32_t line, std::uint64_t next) {
    raw_line(line, mold_end(session, next));
}

void MoldScript::answer(std::uint32_t server, std::uint64_t sequence, std::uint64_t count) {
    raw_answer(server, mold_packet(session, sequence, count));
}

void MoldScript::raw_line(std::uint32_t line, Bytes datagram) {
    receiver_.on_packet(line, datagram, now_);
    take_events();
}

void MoldScript::raw_answer(std::uint32_t server, Bytes datagram) {
    receiver_.on_answer(server, datagram, now_);
    take_events();
}

void MoldScript::after(std::chrono::nanoseconds time) {
    now_ += time;
    receiver_.on_tick(now_);
    take_events();
}

void MoldScript::pass(std::chrono::nanoseconds time) {
    const auto until = now_ + time;
    while (true) {
        const auto due = receiver_.next_due();
        if (!due || *due > until) break;
        after(*due - now_);
    }
    after(until - now_);
}

MoldScript::Lines MoldScript::told() {
    Lines told;
    told.swap(told_);
    return told;
}

void MoldScript::take_events() {
    while (const Event* event = receiver_.front()) {
        told_.push_back(text_of(*event));
        EXPECT_EQ(receiver_.front(), event) << "it stays until advance()";
        if (event->kind == EventKind::session) {
            given_session_ = event->session.view();
            next_ = 1;
            frozen_ = false;
        } else {
            EXPECT_EQ(event->session.view(), given_session_);
        }
        if (event->kind == EventKind::messages) check_messages(*event);
        if (event->kind == EventKind::lost) {
            EXPECT_EQ(event->sequence, next_);
            next_ += event->count;
        }
        if (event->kind == EventKind::frozen) frozen_ = true;
        if (event->kind == EventKind::live) frozen_ = false;
        if (on_event) on_event(*event);
        receiver_.advance();
    }
    while (const auto request = receiver_.next_request(now_)) {
        EXPECT_EQ(request->request.session.view(), given_session_);
        told_.push_back(text_of(*request));
        if (on_request) on_request(*request);
    }
    EXPECT_EQ(receiver_.frozen(), frozen_);
    EXPECT_EQ(receiver_.next_sequence(), next_);
    if (const auto due = receiver_.next_due()) {
        EXPECT_GT(*due, now_) << "a caller that waits until then would not wait";
        EXPECT_GT(receiver_.missing(), 0U);
    }
}

void MoldScript::check_messages(const Event& event) {
    EXPECT_EQ(event.sequence, next_);
    std::uint64_t count = 0;
    for (const Bytes message : codecs::mold::Blocks{event.frames}) {
        EXPECT_EQ(copy_of(message), mold_message(given_session_, next_));
        ++next_;
        ++count;
    }
    EXPECT_EQ(count, event.count);
}

MoldScript begun(const codecs::mold::ReceiverLimits& limits) {
    MoldScript script{limits};
    script.line(0, 1, 3);
    EXPECT_EQ(script.told(), (MoldScript::Lines{"session A", "messages 1-3"}));
    return script;
}

}  // namespace tickweir::tests
