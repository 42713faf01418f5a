//! What one connection hears of its room.

use super::{
    attendance::Attendance,
    company::{Company, News},
    limits::Refusal,
    subscription::{Event, Start, Subscription},
};

/// What is said and, for whoever is announced, who is here and who types.
#[derive(Debug)]
pub struct Hearing {
    subscription: Subscription,
    company: Option<Company>,
}

/// What is heard.
#[derive(Debug)]
pub enum Told {
    Event(Event),
    News(News),
}

impl Hearing {
    /// Of somebody who attends: from `start` on, and of the company if they are announced.
    pub fn new(attendance: &Attendance, start: Start, is_announced: bool) -> Self {
        let (room, id) = (attendance.room(), attendance.id());
        let listener = id.clone().filter(|_| is_announced);
        Self {
            subscription: room.subscribe(start, id),
            company: listener.map(|id| Company::new(room.clone(), id)),
        }
    }

    /// What comes next. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Result<Told, Refusal> {
        let news = async {
            match &mut self.company {
                Some(company) => company.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            event = self.subscription.next() => event.map(Told::Event),
            news = news => Ok(Told::News(news)),
        }
    }

    /// Whether it is told who is here.
    pub fn is_announced(&self) -> bool {
        self.company.is_some()
    }

    /// Whether more was said than was told.
    pub fn is_behind(&self) -> bool {
        self.subscription.is_behind()
    }

    /// A guest under another name is another person, with other private messages.
    pub fn follow(&mut self, attendance: &Attendance) {
        let Some(id) = attendance.id() else {
            return;
        };
        if let Some(company) = &mut self.company {
            company.set_you(id.clone());
        }
        self.subscription.set_viewer(id);
    }
}
