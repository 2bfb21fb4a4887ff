// A client that keeps its numbers through whatever the other side suffers: asks for gaps, answers
// requests with gap fills, and holds what it was told against what it may be told.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codecs/fix/fields.hpp"
#include "codecs/fix/message.hpp"
#include "gateway/fix/session_line.hpp"
#include "tests/fix/fix_text.hpp"

namespace tickweir::tests {

/// Reports by ExecID: how often one came as if for the first time, and how often at all.
struct Told {
    int plain = 0;
    int all = 0;
};

class ResyncClient final : public gateway::fix::SessionLine {
public:
    explicit ResyncClient(std::string name) : name_{std::move(name)} {}

    const std::string& name() const { return name_; }
    const std::map<std::string, Told>& told() const { return told_; }
    /// Whether nothing is missing that it knows of.
    bool is_whole() const { return expected_ > seen_; }
    bool hung_up() const { return hung_up_; }

    /// Whether it asked for numbers to begin anew and was not answered: it has to ask again, and
    /// what the other side kept for it meanwhile it gives up.
    bool gives_up() const { return resetting_; }

    std::string logon(bool resets) {
        hung_up_ = asked_ = false;
        queue_.clear();
        resetting_ = resetting_ || resets;
        if (resetting_) {
            next_ = expected_ = 1;
            seen_ = 0;
        }
        return client_logon(name_, next_++, resetting_ ? "108=30|141=Y|" : "108=30|");
    }
    std::string message(const std::string& type, const std::string& body) {
        return client_message(name_, type, next_++, body);
    }

    // SessionLine: what the other side's sessions queue.
    [[nodiscard]] bool append(std::string_view wire) override {
        queue_.emplace_back(wire);
        return true;
    }
    std::size_t queued() const override { return 0; }
    void hang_up() override { hung_up_ = true; }
    void cut() override { hung_up_ = true; }

    /// What is queued leaves the other side and is read; answers what is to be answered.
    std::vector<std::string> receive() {
        for (const std::string& wire : std::exchange(queue_, {}))
            take(wire);
        return std::exchange(answers_, {});
    }

private:
    void take(const std::string& wire) {
        namespace tag = codecs::fix::tag;
        ASSERT_EQ(message_.index(wire), codecs::fix::MessageFault::none);
        const std::uint64_t number = *message_.get_uint(tag::msg_seq_num);
        const bool duplicate = message_.get_bool(tag::poss_dup_flag).value_or(false);
        if (message_.msg_type() == "2") answer_request();
        if (number < expected_) {
            // A number that was used before carries what it carried then, and says so.
            EXPECT_TRUE(duplicate) << name_ << " expects " << expected_ << ": " << with_bars(wire);
            return;
        }
        if (number > expected_) {
            seen_ = std::max(seen_, number);
            if (!std::exchange(asked_, true))
                answers_.push_back(message("2", "7=" + std::to_string(expected_) + "|16=0|"));
            return;
        }
        expected_ = number + 1;
        if (message_.msg_type() == "4") expected_ = *message_.get_uint(tag::new_seq_no);
        asked_ = asked_ && !is_whole();
        if (message_.msg_type() == "8") count_report(duplicate);
        if (message_.msg_type() == "A") resetting_ = false;
    }
    void count_report(bool duplicate) {
        const bool again = message_.get_bool(codecs::fix::tag::poss_resend).value_or(false);
        Told& told = told_[std::string{*message_.find(codecs::fix::tag::exec_id)}];
        ++told.all;
        told.plain += !duplicate && !again;
    }
    void answer_request() {
        const std::uint64_t begin = *message_.get_uint(codecs::fix::tag::begin_seq_no);
        answers_.push_back(
            client_message(name_, "4", begin,
                           "43=Y|122=" + time_text() + "|123=Y|36=" + std::to_string(next_) + "|"));
    }

    std::string name_;
    std::uint64_t next_ = 1;
    std::uint64_t expected_ = 1;
    std::uint64_t seen_ = 0;  // the highest number that came ahead of a gap
    bool asked_ = false;
    bool resetting_ = false;
    bool hung_up_ = false;
    std::vector<std::string> queue_;
    std::vector<std::string> answers_;
    std::map<std::string, Told> told_;
    codecs::fix::Message message_;
};

}  // namespace tickweir::tests
