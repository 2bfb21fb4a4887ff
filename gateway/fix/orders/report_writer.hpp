// What order entry says: the venue's events, and refusals of its own, as bodies of execution
// reports (8), cancel rejects (9), mass cancel reports (r) and business rejects (j). Allocates
// nothing; the text lies in the writer until the next call. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "codecs/fix/field_writer.hpp"
#include "gateway/fix/orders/exec_id.hpp"
#include "gateway/fix/orders/order_directory.hpp"
#include "gateway/fix/orders/order_request.hpp"
#include "gateway/shield/vocabulary.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::gateway::fix::orders {

/// For SessionOutput::send: what follows the standard header. A 97=Y, which belongs to the header,
/// is its first field, so that it stands in the header once that is put in front.
struct Report {
    std::string_view msg_type;
    std::string_view body;
    /// False: there is nothing to say.
    explicit operator bool() const { return !msg_type.empty(); }
};

/// What an event does not tell by itself.
struct ReportContext {
    ExecPlace place;            ///< of the event; LSN 0: it never reached the log
    std::uint64_t refusal = 0;  ///< then the n of `R-session-n`: counted by the caller
    book::TimeNs now;           ///< 60 where the event has no time

    /// The order as it was asked for: of new orders that are rejected, shed or withdrawn.
    const txn::OrderView* requested = nullptr;
    /// The order that a cancel or replace names, or that has the id of a duplicate, as its session
    /// was last told; nullptr: there is none. An event that has it itself is believed.
    const txn::OrderView* named = nullptr;

    RequestKind request = RequestKind::cancel;    ///< that `refused` or shed answers
    txn::ClientOrderId original;                  ///< 41 of that request
    char scope = '7';                             ///< 530 of a mass cancel
    std::optional<txn::InstrumentId> instrument;  ///< 55 of a mass cancel
    std::optional<txn::Side> side;                ///< 54 of a mass cancel

    ExecPlace before;        ///< 19 of busted and corrected; LSN 0: not known any more
    bool again = false;      ///< 97=Y: it may have been sent before
    bool drop_copy = false;  ///< 797=Y, and whose it is
    std::string_view text;   ///< 58 instead of what the event's reason says
};

class ReportWriter {
public:
    /// No report is longer.
    static constexpr std::size_t bytes_max = 2'048;

    /// `directory` outlives it.
    explicit ReportWriter(const OrderDirectory& directory) : directory_{directory} {}

    /// What an event says to its session: 8, 9 or r. Nothing of events that sessions are not told:
    /// ignored, balance, state, day_ended, and a mass cancel that goes on. The order of a busted or
    /// corrected one has been made whole before, see order_after().
    Report event(const txn::Event& event, const ReportContext& context);

    /// A request refused before the venue had it, by reader, entitlements, table or shield: 8, 9, r
    /// or j. Nothing of `fault.by` session_reject, which SessionOutput::reject answers. `session`:
    /// its name. Of the context: `refusal`, `now`, `named`, `drop_copy`.
    Report refusal(const RequestHead& head, const OrderFault& fault, std::string_view session,
                   const ReportContext& context);

    /// A request that the venue did not execute: 8, 9, r or j. `event`: its `session`, `sequence`,
    /// `request_id` and `original`. Of the context: `refusal`, `now`, `request`, `requested`,
    /// `named`, and `scope`, `instrument`, `side`.
    Report shed(const txn::Event& event, shield::ShedCause cause, const ReportContext& context);

    /// A new order that was taken out of its queue: 150=4. `event`: its `session` and `original`,
    /// the order's ClOrdID; `request_id`, that of the cancel, or empty. Of the context: `refusal`,
    /// `now`, `requested`, which is there.
    Report withdrawn(const txn::Event& event, const ReportContext& context);

    struct StatusQuery {
        std::string_view status_id;       ///< 790
        std::string_view mass_status_id;  ///< 584
        std::uint64_t total = 0;          ///< 911; with 584
        bool last = false;                ///< 912; with 584
    };
    /// An order as it stands, asked for by H or AF: 150=I.
    Report status(const txn::OrderView& order, const StatusQuery& query, book::TimeNs now);
    /// H names no order of the session, or AF finds none: 39=8.
    Report no_order(const RequestHead& head, book::TimeNs now);

    /// j: 45, 372, 379 where `ref_id` is not empty, 380, 58.
    Report business_reject(std::uint64_t sequence, RequestKind kind, std::string_view ref_id,
                           unsigned reason, std::string_view text);

private:
    /// A new order refused. `requested` has what is known of it, or else `head`.
    struct Rejection {
        txn::ClientOrderId client_id;
        const txn::OrderView* requested = nullptr;
        const RequestHead* head = nullptr;
        const txn::OrderView* existing = nullptr;  ///< that has its id
        unsigned reason = 0;                       ///< 103
        std::string_view text;
        bool again = false;
        bool drop_copy = false;
    };
    /// A cancel or replace refused.
    struct CancelRejection {
        RequestKind kind = RequestKind::cancel;
        txn::ClientOrderId client_id;
        txn::ClientOrderId original;
        const txn::OrderView* named = nullptr;
        unsigned reason = 0;  ///< 102
        std::string_view text;
        bool again = false;
    };
    /// A mass cancel's answer.
    struct MassCancelAnswer {
        txn::ClientOrderId client_id;
        char scope = '7';
        std::optional<txn::InstrumentId> instrument;
        std::optional<txn::Side> side;
        std::optional<unsigned> refused;  ///< 532
        std::uint64_t affected = 0;
        std::string_view text;
        bool again = false;
    };

    Report execution(const txn::Event& event, const ReportContext& context, char exec_type);
    Report rejected(const txn::Event& event, const ReportContext& context);
    Report refused(const txn::Event& event, const ReportContext& context);
    Report order_reject(const Rejection& rejection, const ExecId& id, book::TimeNs time,
                        std::string_view session);
    Report cancel_reject(const CancelRejection& rejection, book::TimeNs time);
    Report mass_cancel_report(const MassCancelAnswer& answer, const ExecId& id, book::TimeNs time);
    Report done(std::string_view msg_type, const codecs::fix::FieldWriter& out) const;

    ExecId exec_id(std::string_view session, const ReportContext& context) const;

    const OrderDirectory& directory_;
    std::array<char, bytes_max> buffer_{};
};

}  // namespace tickweir::gateway::fix::orders
